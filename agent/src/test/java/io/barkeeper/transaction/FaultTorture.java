package io.barkeeper.transaction;

import io.barkeeper.journal.Journal;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.plan.RandomTroubles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Random plans on the simulated machine, each with every fault at every step, and with the process killed before and after
 * each write and started again. Whatever happens, no device that worked may be lost, but the one that the fault itself has
 * taken out of service; and the journal must be closed. What works is judged here by the machine alone, not by the code
 * under test.
 */
final class FaultTorture {

    private static final int MOST_FUNCTIONS = 24;
    private static final int[] ERRNOS = {1, 5, 11, 12, 16, 19, 22, 28, 110};

    /** Breaches, each one line with its seed. */
    final List<String> failures = new ArrayList<>();

    int plans;
    int combinations;
    private final Path scratch;
    private int journals;

    /** @param scratch where journals are written; in memory, for they are synced at each step */
    FaultTorture(Path scratch) {
        this.scratch = scratch;
    }

    /**
     * Plays the plan of a seed.
     *
     * @return whether there was one
     */
    boolean play(long seed) throws IOException, MachineException {
        Optional<PlanRequest> request = RandomTroubles.request(seed, MOST_FUNCTIONS);
        if (request.isEmpty() || !(Planner.plan(request.get()) instanceof PlanResult.Feasible feasible)) {
            return false;
        }
        play(seed, request.get(), feasible.plan());
        return true;
    }

    /** Plays a plan that was made for a request. */
    void play(long seed, PlanRequest request, Plan plan) throws IOException, MachineException {
        plans++;
        SimulatedMachine plain = machine(request);
        Moments moments = new Moments(plain);
        check("seed " + seed + ", no fault", plan, run(plan, moments), plain, Set.of(), true);
        List<Topology> before = moments.beforeWrites();
        for (int at = 1; at <= before.size(); at++) {
            faults(seed, at, plan, request, before.get(at - 1));
        }
        for (int at = 1; at <= plain.performed().size(); at++) {
            kill(seed, at, plan, request);
        }
    }

    private static SimulatedMachine machine(PlanRequest request) {
        return new SimulatedMachine(request.topology(), request.model());
    }

    private void faults(long seed, int at, Plan plan, PlanRequest request, Topology moment)
            throws IOException, MachineException {
        for (int errno : ERRNOS) {
            fault(seed, Fault.errno(at, errno), plan, request, Set.of());
        }
        fault(seed, new Fault(at, new Fault.NeverReturns()), plan, request, everybody(plan));
        Optional<Action.Hotplug> arrival = arrival(plan);
        if (arrival.isPresent()) {
            fault(
                    seed,
                    new Fault(at, new Fault.Arrives(arrival.get())),
                    plan,
                    request,
                    harmedBy(arrival.get(), moment, request));
        }
        for (PciAddress struck : struck(plan)) {
            fault(seed, new Fault(at, new Fault.IsBoundAgain(struck)), plan, request, Set.of());
            Set<PciAddress> gone = below(plan.start(), struck);
            fault(seed, new Fault(at, new Fault.Vanishes(struck)), plan, request, gone);
            Optional<PciAddress> port = plan.start().get(struck).parent();
            if (port.isPresent()) {
                Set<PciAddress> card = new HashSet<>(below(plan.start(), port.get()));
                card.remove(port.get());
                fault(seed, new Fault(at, new Fault.PulledOut(port.get())), plan, request, card);
            }
            fault(seed, new Fault(at, new Fault.NoDriver(struck)), plan, request, Set.of(struck));
            fault(seed, new Fault(at, new Fault.EmptyDisks(struck)), plan, request, Set.of(struck));
            fault(seed, new Fault(at, new Fault.ComesIntoUse(struck)), plan, request, Set.of());
            fault(seed, new Fault(at, new Fault.OtherBarSize(struck, 0, 1 << 25)), plan, request, Set.of(struck));
        }
    }

    /** A small device for an empty slot that the plan does not take out. */
    private static Optional<Action.Hotplug> arrival(Plan plan) {
        Set<PciAddress> moved = everybody(plan);
        return plan.start().functions().stream()
                .filter(f -> f.bridge().map(b -> b.pciehp()).orElse(false)
                        && !moved.contains(f.address())
                        && plan.start().childrenOf(f.address()).isEmpty())
                .map(f -> (Action.Hotplug) ActionParser.parse("hotplug:" + f.address() + ":mem32=4K"))
                .findFirst();
    }

    /** Whom the kernel itself harms by this arrival, at this moment: nobody has asked for that. */
    private static Set<PciAddress> harmedBy(Action.Hotplug arrival, Topology moment, PlanRequest request)
            throws MachineException {
        boolean notices = moment.find(arrival.port())
                .flatMap(PciFunction::bridge)
                .filter(b -> b.pciehp())
                .isPresent();
        if (!notices) {
            return Set.of();
        }
        SimulatedMachine machine = new SimulatedMachine(moment, request.model());
        machine.inject(arrival);
        Topology now = machine.observe();
        Set<PciAddress> harmed = new HashSet<>();
        for (PciFunction function : moment.functions()) {
            if (!function.isVirtualFunction() && !lost(function, now).isEmpty()) {
                harmed.add(function.address());
            }
        }
        return harmed;
    }

    /** One that leaves and comes back, one newcomer, and one that is not touched. */
    private static List<PciAddress> struck(Plan plan) {
        List<PciAddress> struck = new ArrayList<>();
        Topology start = plan.start();
        plan.disturbs().stream()
                .map(Plan.Disturbance::address)
                .filter(a -> !start.get(a).isBridge())
                .findFirst()
                .ifPresent(struck::add);
        plan.newcomers().stream()
                .filter(a -> start.find(a).isPresent())
                .findFirst()
                .ifPresent(struck::add);
        Set<PciAddress> moved = everybody(plan);
        start.functions().stream()
                .filter(f -> !f.isBridge() && f.driver().isPresent() && !moved.contains(f.address()))
                .map(PciFunction::address)
                .findFirst()
                .ifPresent(struck::add);
        return struck;
    }

    private static Set<PciAddress> everybody(Plan plan) {
        Set<PciAddress> all = new HashSet<>(plan.newcomers());
        plan.rounds().forEach(r -> all.addAll(r.released()));
        return all;
    }

    private static Set<PciAddress> below(Topology start, PciAddress address) {
        Set<PciAddress> all = new HashSet<>();
        start.subtree(address).forEach(f -> all.add(f.address()));
        return all;
    }

    private void fault(long seed, Fault fault, Plan plan, PlanRequest request, Set<PciAddress> excused)
            throws IOException, MachineException {
        SimulatedMachine machine = machine(request);
        machine.plan(fault);
        boolean wedges = fault.what() instanceof Fault.NeverReturns;
        check("seed " + seed + ", " + fault, plan, run(plan, machine), machine, excused, !wedges);
    }

    private TransactionReport run(Plan plan, Machine machine) throws IOException {
        Path directory = scratch.resolve("journal-" + journals++);
        TransactionReport report =
                new TransactionDriver().run(plan, machine, Journal.open(directory), ProgressListener.NONE);
        if (!Journal.open(directory).unfinished().isEmpty()) {
            failures.add("a journal of plan " + plan.id() + " was left open");
        }
        delete(directory);
        return report;
    }

    private void kill(long seed, int at, Plan plan, PlanRequest request) throws IOException, MachineException {
        for (Death death : Death.values()) {
            SimulatedMachine machine = machine(request);
            Path directory = scratch.resolve("journal-" + journals++);
            String what = "seed " + seed + ", killed " + death + " effect " + at;
            combinations++;
            for (TransactionReport report : death.at(at, plan, machine, directory)) {
                judge(what, plan, report, machine, Set.of());
            }
            if (!Journal.open(directory).unfinished().isEmpty()) {
                failures.add(what + ": the journal is still open: " + JournalReader.list(directory));
            }
            lost(plan.start(), machine.observe(), unowed(plan)).forEach(l -> failures.add(what + ": " + l));
            delete(directory);
        }
    }

    private static Set<PciAddress> unowed(Plan plan) {
        Set<PciAddress> unowed = new HashSet<>(plan.newcomers());
        plan.leftOut().forEach(l -> unowed.add(l.address()));
        return unowed;
    }

    private void check(
            String what,
            Plan plan,
            TransactionReport report,
            SimulatedMachine machine,
            Set<PciAddress> excused,
            boolean ends)
            throws MachineException {
        combinations++;
        if (ends) {
            judge(what, plan, report, machine, excused);
        } else if (report.outcome() != Verdict.WEDGED) {
            failures.add(what + ": a write that never returned ended " + report.outcome());
        }
    }

    private void judge(
            String what, Plan plan, TransactionReport report, SimulatedMachine machine, Set<PciAddress> excused)
            throws MachineException {
        Set<PciAddress> spared = new HashSet<>(excused);
        spared.addAll(unowed(plan));
        for (String loss : lost(plan.start(), machine.observe(), spared)) {
            failures.add(what + ": " + loss + "; it ended " + report.outcome() + ": " + report.message());
        }
        String alignment = machine.observe().resourceAlignment();
        boolean said = report.notes().stream().anyMatch(n -> n.startsWith("put-back"));
        if (!alignment.equals(plan.start().resourceAlignment()) && !said) {
            failures.add(what + ": resource_alignment was left as '" + alignment + "'; it ended " + report.outcome());
        }
        boolean struckNobody = excused.isEmpty();
        if (struckNobody && report.outcome() == Verdict.FAILED) {
            failures.add(what + ": ended failed: " + report.message());
        }
    }

    /** Who worked at the start and does not now. */
    private static List<String> lost(Topology start, Topology now, Set<PciAddress> excused) {
        List<String> lost = new ArrayList<>();
        for (PciFunction was : start.functions()) {
            if (excused.contains(was.address()) || was.isVirtualFunction() || !works(was)) {
                continue;
            }
            lost.addAll(lost(was, now));
        }
        return lost;
    }

    private static boolean works(PciFunction function) {
        return function.resources().stream().allMatch(r -> !r.isStandardBar() || r.isAssigned());
    }

    private static List<String> lost(PciFunction was, Topology now) {
        List<String> lost = new ArrayList<>();
        Optional<PciFunction> is = now.find(was.address());
        if (is.isEmpty()) {
            lost.add(was.address() + " is gone");
        } else {
            if (!was.driver().equals(is.get().driver())) {
                lost.add(was.address() + " has driver " + is.get().driver().orElse("none") + ", not "
                        + was.driver().orElse("none"));
            }
            for (Resource had : was.resources()) {
                boolean has = is.get()
                        .resource(had.index())
                        .map(r -> r.isAssigned() && r.size().equals(had.size()))
                        .orElse(false);
                if (had.isStandardBar() && had.isAssigned() && was.driver().isPresent() && !has) {
                    lost.add(was.address() + " " + had.name() + " lost its address");
                }
            }
        }
        return lost;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public String toString() {
        return plans + " plans, " + combinations + " combinations of fault and step, " + failures.size() + " breaches";
    }
}
