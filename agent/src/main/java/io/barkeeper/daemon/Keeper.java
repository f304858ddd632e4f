package io.barkeeper.daemon;

import io.barkeeper.config.Mode;
import io.barkeeper.control.PlanWish;
import io.barkeeper.control.Refusal;
import io.barkeeper.hotplug.Heard;
import io.barkeeper.machine.MachineException;
import io.barkeeper.metrics.Room;
import io.barkeeper.plan.Explanation;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.transaction.ProgressListener;
import io.barkeeper.transaction.TransactionReport;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's judgement: after every burst of uevents it looks, diagnoses and plans, and in automatic mode acts. On the
 * work loop's thread, but for what is said to be for any.
 */
final class Keeper implements WorkLoop.Work {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final Surveyor surveyor;
    private final Conductor conductor;
    private final ModeSwitch modes;
    private final Equipment equipment;
    private final Auditor auditor;
    private final RecentPlans recent = new RecentPlans();
    private final TroubleNews news;
    private volatile Situation situation;
    private volatile Optional<PlanResult> latest = Optional.empty();
    private String logged = "";
    private @Nullable Draining draining;
    private @Nullable Outlook outlook;

    /** @param first the first look */
    Keeper(
            Surveyor surveyor,
            Conductor conductor,
            ModeSwitch modes,
            Equipment equipment,
            Auditor auditor,
            Situation first) {
        this.surveyor = surveyor;
        this.conductor = conductor;
        this.modes = modes;
        this.equipment = equipment;
        this.auditor = auditor;
        this.situation = first;
        this.news = new TroubleNews(equipment);
    }

    /** What to do with the uevents that a transaction caused; set once, before the loop runs. */
    void drainWith(Draining newDraining) {
        draining = newDraining;
    }

    /** Hears of every look at a machine that has settled; set once, before the loop runs. */
    void lookAhead(Outlook newOutlook) {
        outlook = newOutlook;
        newOutlook.seen(situation.view());
    }

    /** For any thread. */
    Situation situation() {
        return situation;
    }

    /** What was planned last by itself; for any thread. */
    Optional<PlanResult> latest() {
        return latest;
    }

    /** Finishes what an earlier process left undone. */
    void recover() {
        conductor.recover(situation.view().topology().kernel().bootId());
        try {
            auditor.startFrom(surveyor.glance().view().topology());
        } catch (MachineException e) {
            auditor.forget();
        }
    }

    @Override
    public boolean heard(Heard heard) {
        if (heard instanceof Heard.Event event) {
            if (!event.uevent().concernsPci()) {
                return false;
            }
            auditor.heard(event.uevent());
            conductor.recoveries().heard(event.uevent());
            equipment.instruments().uevent(event.uevent().action());
            equipment.followers().tell("uevent", event.uevent().toString());
            return true;
        }
        if (heard instanceof Heard.Overflow) {
            auditor.overflow();
            equipment.instruments().ueventOverflow();
            equipment.followers().tell("overflow", "uevents were lost; the whole machine is looked at");
            LOG.warn("BK-OVERFLOW: uevents were lost; the whole machine is looked at");
            return true;
        }
        if (heard instanceof Heard.Rejected rejected) {
            LOG.debug("a message was not believed: {}", rejected.why());
        }
        return false;
    }

    @Override
    public void settled() {
        try {
            adopt(surveyor.look());
            if (conductor.learnSizes(situation.view().topology())) {
                adopt(surveyor.look());
            }
            if (auditor.needsAnotherLook(situation.view()) && draining != null) {
                draining.again();
                return;
            }
            judge();
            // Only now: it takes long, and a plan should not have to share the processors with it.
            lookAhead();
        } catch (MachineException e) {
            LOG.error("{}: {}", e.code(), e.getMessage());
        }
    }

    private void lookAhead() {
        if (outlook != null) {
            outlook.seen(situation.view());
        }
    }

    /** Looks again without a new cause, when the last look is older than this. */
    Situation refreshed(Duration atMost, boolean settling) throws MachineException {
        long age = equipment.micros().getAsLong() - situation.atMicros();
        if (age > atMost.toNanos() / 1000) {
            adopt(settling ? surveyor.glance() : surveyor.look());
            lookAhead();
            if (!settling) {
                auditor.idle(situation.view().topology());
            }
        }
        return situation;
    }

    private void adopt(Situation now) {
        situation = now;
        conductor.brakes().look(now.view().topology());
        equipment.instruments().room(Room.of(now.view().topology()));
        news.tell(now.troubles());
    }

    /** Plans for what is wrong now, and acts when the mode says so. */
    private void judge() {
        Optional<PlanResult> planned = answer();
        latest = planned;
        if (planned.isEmpty()) {
            if (!logged.isEmpty()) {
                LOG.info("nothing is in trouble");
            }
            logged = "";
            return;
        }
        PlanResult result = planned.get();
        log(result);
        if (modes.inForce() == Mode.AUTOMATIC && result instanceof PlanResult.Feasible feasible) {
            act(feasible.plan());
        }
    }

    /** What would be done for what is wrong; empty where nobody is in trouble and no empty port can be repaired. */
    private Optional<PlanResult> answer() {
        if (!situation.hasHarm() && !situation.hasIncompletePort()) {
            return Optional.empty();
        }
        PlanResult result = plan(situation, PlanWish.ANYTHING);
        return Optional.of(result).filter(r -> situation.hasHarm() || r instanceof PlanResult.Feasible);
    }

    private void log(PlanResult result) {
        String text = String.join("\n", Explanation.of(result));
        if (text.equals(logged)) {
            return;
        }
        logged = text;
        LogFields.of(LogEvent.PLANNED)
                .plan(
                        result instanceof PlanResult.Feasible feasible
                                ? feasible.plan().id()
                                : "")
                .outcome(result.outcome())
                .tell(() -> LOG.info("{}", text));
        equipment.followers().tell("plan", Explanation.of(result).get(0));
        if (result instanceof PlanResult.Feasible && modes.inForce() != Mode.AUTOMATIC) {
            LOG.info(
                    modes.inForce() == Mode.OBSERVE
                            ? "the mode is observe: nothing is done"
                            : "the mode is confirm: 'barkeeper apply' carries it out");
        }
    }

    /** Plans and keeps the plan for {@code apply --plan}; for any thread. */
    PlanResult plan(Situation on, PlanWish wish) {
        long begin = equipment.micros().getAsLong();
        PlanResult result = Planner.plan(wish.on(on.view()));
        long took = equipment.micros().getAsLong() - begin;
        equipment.instruments().planned(result.outcome(), Duration.ofNanos(took * 1000));
        if (result instanceof PlanResult.Feasible feasible) {
            recent.keep(feasible.plan(), wish);
        }
        return result;
    }

    /** Runs a plan by itself, after a second look. */
    private void act(Plan plan) {
        Optional<String> objection = conductor.brakes().objection(plan);
        if (objection.isPresent()) {
            LOG.warn("plan {} is not run by itself: {}. 'barkeeper apply' runs it", plan.id(), objection.get());
            return;
        }
        try {
            adopt(surveyor.glance());
            PlanResult again = plan(situation, PlanWish.ANYTHING);
            if (again instanceof PlanResult.Feasible feasible
                    && feasible.plan().id().equals(plan.id())) {
                conductor.run(feasible.plan(), ProgressListener.NONE);
                afterwards();
            } else {
                LOG.info("the machine changed after plan {} was made; it is looked at again", plan.id());
            }
        } catch (MachineException e) {
            LOG.error("{}: {}", e.code(), e.getMessage());
        }
    }

    /** What is left is told and planned for. Who came in the meantime gets a round of its own; the brakes end a circle. */
    private void afterwards() {
        if (draining != null) {
            draining.forgetOwn();
        }
        auditor.forget();
        try {
            adopt(surveyor.look());
            auditor.startFrom(situation.view().topology());
            conductor.leaves(situation.view().topology());
            latest = answer();
            if (latest.isPresent()) {
                log(latest.get());
                followUp(latest.get());
            } else {
                logged = "";
                LOG.info("nothing is in trouble");
            }
        } catch (MachineException e) {
            LOG.error("{}: {}", e.code(), e.getMessage());
        }
    }

    private void followUp(PlanResult rest) {
        boolean runs = rest instanceof PlanResult.Feasible feasible
                && conductor.brakes().objection(feasible.plan()).isEmpty()
                // What stands in the way ends with an event of its own, or an operator tries again.
                && conductor
                        .lastReport()
                        .filter(r -> r.message().startsWith(Conductor.HINDERED))
                        .isEmpty();
        if (runs && draining != null && modes.inForce() == Mode.AUTOMATIC) {
            draining.again();
        }
    }

    /**
     * Carries out what an operator asked for.
     *
     * @param id the plan that was shown to the operator; empty for whatever is planned now
     * @throws Refusal when the mode forbids it, the machine has changed, or there is no plan
     */
    Optional<TransactionReport> apply(Optional<String> id, PlanWish wish, ProgressListener listener)
            throws Refusal, MachineException {
        if (modes.inForce() == Mode.OBSERVE) {
            throw Refusals.observeOnly(modes.reasons());
        }
        PlanWish asked = id.isPresent() ? recent.wishOf(id.get()) : wish;
        adopt(surveyor.glance());
        PlanResult result = plan(situation, asked);
        if (id.isPresent()
                && !(result instanceof PlanResult.Feasible f && f.plan().id().equals(id.get()))) {
            throw Refusals.stalePlan(id.get(), result);
        }
        if (result instanceof PlanResult.NothingToDo) {
            return Optional.empty();
        }
        return Optional.of(carryOut(Refusals.feasible(result), listener));
    }

    /** Has a plan carried out and looks at what came of it. */
    TransactionReport carryOut(Plan plan, ProgressListener listener) {
        TransactionReport report = conductor.run(plan, listener);
        afterwards();
        lookAhead();
        return report;
    }

    /** A new look, which is the situation from now on. */
    Situation lookedAt() throws MachineException {
        adopt(surveyor.glance());
        return situation;
    }
}
