package io.barkeeper.daemon;

import io.barkeeper.config.Config;
import io.barkeeper.config.Mode;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.Transcript;
import io.barkeeper.machine.Hindrance;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.ReadOnlyMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanCheck;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.transaction.ProgressListener;
import io.barkeeper.transaction.Recovery;
import io.barkeeper.transaction.StepReport;
import io.barkeeper.transaction.TransactionDriver;
import io.barkeeper.transaction.TransactionReport;
import io.barkeeper.transaction.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a plan carried out and tells how it goes; {@link Conclusions} says what follows from its end. */
final class Conductor {

    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);

    /** The code of a transaction that was not begun, since nothing should be changed now. */
    static final String HINDERED = "BK-HINDERED";

    /** Longer than any step may take: the driver has deadlines of its own, and reports a stuck write by itself. */
    private static final Duration STEP = Duration.ofMinutes(10);

    private final Machine machine;
    private final Journal journal;
    private final TransactionDriver driver;
    private final ModeSwitch modes;
    private final Brakes brakes;
    private final BootMemory memory;
    private final Followers followers;
    private final Heartbeat heartbeat;
    private final LongSupplier micros;
    private final BarSizes sizes;
    private final ErrorRecoveries recoveries = new ErrorRecoveries();
    private volatile PolicyRules rules = PolicyRules.NONE;
    private volatile boolean allowHungTaskPanic;
    private Runnable betweenSteps = () -> {};
    private final MeasuredOutages outages = new MeasuredOutages();
    private final Conclusions conclusions;
    private volatile Optional<String> running = Optional.empty();
    private volatile Optional<String> transaction = Optional.empty();
    private volatile Optional<String> ending = Optional.empty();
    private Optional<TransactionReport> last = Optional.empty();

    Conductor(Equipment equipment, Machine machine, Journal journal, BootMemory memory, ModeSwitch modes) {
        this.machine = machine;
        this.journal = journal;
        this.memory = memory;
        this.modes = modes;
        this.driver = new TransactionDriver();
        this.brakes = new Brakes(memory.brakes(), memory::brakes);
        this.sizes = new BarSizes(machine, journal);
        this.conclusions = new Conclusions(equipment, brakes, memory, modes, outages);
        this.followers = equipment.followers();
        this.heartbeat = equipment.heartbeat();
        this.micros = equipment.micros();
    }

    /** How long devices were away so far. */
    MeasuredOutages outages() {
        return outages;
    }

    /** What counts from the next transaction on: hooks, and whether a hung task may mean a panic. */
    void take(Config config) {
        rules = config.rules();
        allowHungTaskPanic = config.allowHungTaskPanic();
    }

    /** Which functions are in error recovery. */
    ErrorRecoveries recoveries() {
        return recoveries;
    }

    /** Between two steps: takes note of uevents, so that an error recovery is seen at once. */
    void betweenSteps(Runnable work) {
        betweenSteps = work;
    }

    Brakes brakes() {
        return brakes;
    }

    /** What follows from how transactions end, and how far the daemon is still trusted. */
    Conclusions conclusions() {
        return conclusions;
    }

    /** The plan that is being carried out. */
    Optional<String> running() {
        return running;
    }

    /** The number of the transaction that is running; for any thread. */
    Optional<String> runningTransaction() {
        return transaction;
    }

    /** Why the running transaction was asked to end early; for any thread. */
    Optional<String> stopping() {
        return transaction.flatMap(t -> driver.stopping());
    }

    /** How the last transaction of this process ended. */
    Optional<TransactionReport> lastReport() {
        return last;
    }

    BootMemory memory() {
        return memory;
    }

    /** The machine as it is when a transaction is over: as long as it stays so, the transaction can be rolled back. */
    void leaves(Topology machine) {
        last.filter(r -> r.outcome() != Verdict.REFUSED)
                .ifPresent(r -> memory.leaves(r.id(), PlanCheck.digest(machine)));
    }

    /** Asks a running transaction to end early: it goes back, or finishes where that is nearer. */
    void stop(String why) {
        driver.stop(why);
    }

    /** The same, and no other transaction begins. */
    void stopForGood(String why) {
        ending = Optional.of(why);
        driver.stop(why);
    }

    /**
     * Before anything else is done: what an earlier process left unfinished is taken back. In observe mode nothing is
     * written, so then it is only told.
     *
     * @param bootId of the running kernel
     */
    void recover(String bootId) {
        try {
            Optional<Transcript> ours = journal.unfinished().stream()
                    .filter(t -> t.intent().map(i -> i.bootId().equals(bootId)).orElse(false))
                    .findFirst();
            if (ours.isPresent() && modes.inForce() == Mode.OBSERVE) {
                LOG.error(
                        "BK-UNFINISHED: transaction {} was cut off in this boot, and in observe mode it is not taken"
                                + " back. 'barkeeper history {}' shows how far it came; start in confirm mode to"
                                + " repair it",
                        ours.get().id(),
                        ours.get().id());
                return;
            }
            heartbeat.beat(STEP);
            // What another boot left is only closed, which takes nothing out.
            try (Machine.Vigil vigil =
                    ours.isPresent() ? machine.vigil("PCI devices that were taken out are put back") : () -> {}) {
                tellOfSleep(vigil);
                Recovery.run(machine(), journal, rules, step -> progress(step, ProgressListener.NONE))
                        .forEach(conclusions::ofRecovered);
            }
        } catch (IOException e) {
            conclusions.wedged("the journal cannot be read or written: " + e.getMessage());
        } catch (MachineException e) {
            LOG.error("{}: {}", e.code(), e.getMessage());
        }
    }

    /**
     * Asks BARs of a settled machine for sizes that nothing else tells, where the mode allows writes.
     *
     * @return whether the next look shows more
     */
    boolean learnSizes(Topology settled) {
        return modes.inForce() != Mode.OBSERVE && sizes.learn(settled);
    }

    /** Carries out a plan on the calling thread. The mode was checked by the caller. */
    TransactionReport run(Plan plan, ProgressListener listener) {
        // Before others can see that it runs: what they ask for from then on is meant for this transaction.
        driver.forgetStop();
        running = Optional.of(plan.id());
        transaction = nextTransaction();
        heartbeat.beat(STEP);
        try {
            return LogFields.none().plan(plan.id()).during(() -> carryOut(plan, listener));
        } finally {
            running = Optional.empty();
            transaction = Optional.empty();
            heartbeat.beat(Heartbeat.USUAL);
        }
    }

    private TransactionReport carryOut(Plan plan, ProgressListener listener) {
        long begin = micros.getAsLong();
        TransactionReport report = LogFields.none().transaction(transaction).during(() -> {
            LogFields.of(LogEvent.TRANSACTION_BEGAN).tell(() -> LOG.info("plan {} begins", plan.id()));
            return begin(plan, listener);
        });
        Duration took = Duration.ofNanos((micros.getAsLong() - begin) * 1000);
        last = Optional.of(report);
        conclusions.of(plan, report, took);
        return report;
    }

    private TransactionReport begin(Plan plan, ProgressListener listener) {
        Set<PciAddress> scope = scope(plan);
        Supplier<Optional<String>> objection = () -> objection(plan, scope);
        Optional<String> why = ending.or(objection);
        if (why.isPresent()) {
            return hindered(plan, why.get());
        }
        try (Machine.Vigil vigil = machine.vigil("PCI devices are taken out and put back")) {
            // In this order: what begins to put the system to sleep after the question meets the lock.
            Optional<String> goingDown = machine.goingDown().map(Hindrance::why);
            if (goingDown.isPresent()) {
                return hindered(plan, goingDown.get());
            }
            tellOfSleep(vigil);
            brakes.begins(plan);
            return driver.run(plan, machine(), journal, rules, objection, step -> progress(step, listener));
        }
    }

    private static TransactionReport hindered(Plan plan, String why) {
        return TransactionReport.refused(
                plan.start(), HINDERED + ": " + why + "; nothing was written; 'barkeeper apply' tries again");
    }

    private static void tellOfSleep(Machine.Vigil vigil) {
        vigil.refusal()
                .ifPresent(why -> LOG.warn("nothing keeps the system from being put to sleep meanwhile: {}", why));
    }

    /** What is taken out, the newcomers, and the bridges above them. */
    private static Set<PciAddress> scope(Plan plan) {
        Set<PciAddress> scope = new HashSet<>(plan.newcomers());
        plan.rounds().forEach(r -> scope.addAll(r.released()));
        scope.removeIf(a -> plan.start().find(a).isEmpty());
        for (PciAddress address : List.copyOf(scope)) {
            plan.start().ancestors(address).forEach(b -> scope.add(b.address()));
        }
        return scope;
    }

    private Optional<String> objection(Plan plan, Set<PciAddress> scope) {
        return recoveries
                .objection(plan)
                .or(() -> machine.hindrances(plan.start(), scope).stream()
                        .filter(h -> !(allowHungTaskPanic && h.kind() == Hindrance.Kind.HUNG_TASK_PANIC))
                        .map(Hindrance::why)
                        .findFirst());
    }

    private Optional<String> nextTransaction() {
        try {
            return Optional.of(journal.nextId());
        } catch (IOException e) {
            // The driver meets the same and refuses.
            return Optional.empty();
        }
    }

    /** In observe mode nothing that could write leaves this class. */
    private Machine machine() {
        return modes.inForce() == Mode.OBSERVE ? new ReadOnlyMachine(machine, "the mode is observe") : machine;
    }

    private void progress(StepReport step, ProgressListener listener) {
        heartbeat.beat(STEP);
        betweenSteps.run();
        String line = String.format(
                "[%d/%d] %s %s%s (%.1f s)",
                step.number(),
                step.total(),
                step.what(),
                step.outcome(),
                step.detail().isEmpty() || step.outcome().equals("done") ? "" : ": " + step.detail(),
                step.micros() / 1e6);
        LOG.info("{}", line);
        followers.tell("step", line);
        listener.step(step);
    }
}
