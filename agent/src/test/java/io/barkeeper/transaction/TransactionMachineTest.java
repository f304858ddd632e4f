package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.PolicyRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every event in every state. The states are those that a transaction of the switch scene goes through when nothing goes
 * wrong, and when each kind of thing goes wrong at each step; a state is told from another by its phase, its command and
 * whether anything was removed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransactionMachineTest {

    private static final int MOST_EFFECTS = 60;
    private static final int MOST_STEPS = 400;

    private SwitchScene scene;
    private final Map<String, State> states = new LinkedHashMap<>();

    @BeforeAll
    void visitStates(@TempDir Path directory) throws Exception {
        scene = SwitchScene.after("7.2", directory.resolve("tree"));
        visit(scene.machine());
        for (int at = 1; at <= MOST_EFFECTS; at++) {
            for (Fault.Kind kind : faults()) {
                SimulatedMachine machine = scene.machine();
                machine.plan(new Fault(at, kind));
                visit(machine);
            }
        }
        assertThat(states).hasSizeGreaterThan(40);
    }

    private List<Fault.Kind> faults() {
        PciAddress taken = scene.plan().disturbs().get(0).address();
        return List.of(
                new Fault.Refused(5),
                new Fault.ComesIntoUse(taken),
                new Fault.Vanishes(taken),
                new Fault.NoDriver(taken),
                new Fault.NeverReturns());
    }

    /** Runs the machine to its end and keeps each state that it has not been in. */
    private void visit(SimulatedMachine machine) {
        Transition now = TransactionMachine.step(keep(TransactionMachine.start(scene.plan())), new Event.Begin());
        for (int step = 0; step < MOST_STEPS && !(now.state() instanceof State.Ended); step++) {
            keep(now.state());
            now = TransactionMachine.step(
                    now.state(), answer(machine, now.commands().get(0)));
        }
        assertThat(keep(now.state())).isInstanceOf(State.Ended.class);
    }

    private State keep(State state) {
        states.putIfAbsent(name(state), state);
        return state;
    }

    private Event answer(SimulatedMachine machine, Command command) {
        if (command instanceof Command.Replan replan) {
            return new Replanner(machine, PolicyRules.NONE).replan(Prior.of(scene.plan()), replan);
        }
        try {
            return command instanceof Command.Do todo
                    ? new Event.Performed(machine.perform(todo.effect()))
                    : new Event.Observed(machine.observe());
        } catch (MachineException e) {
            return new Event.Unobservable(e.code());
        }
    }

    private static String name(State state) {
        boolean removed = work(state).map(State.Work::removed).orElse(false);
        String stage = state instanceof State.RollingBack back
                ? back.back().stage() + "/" + back.back().attempts() + "/"
                        + back.back().removed()
                : "";
        String verdict = state instanceof State.Ended ended ? ended.verdict().label() : "";
        return String.join(
                        " ",
                        state.phase(),
                        stage,
                        verdict,
                        command(state).map(Command::toString).orElse(""))
                + (removed ? " removed" : "");
    }

    private static Optional<State.Work> work(State state) {
        if (state instanceof State.Preparing s) {
            return Optional.of(s.work());
        }
        if (state instanceof State.Releasing s) {
            return Optional.of(s.work());
        }
        if (state instanceof State.Rescanning s) {
            return Optional.of(s.work());
        }
        return state instanceof State.Verifying s ? Optional.of(s.work()) : Optional.empty();
    }

    /** What the state waits for. */
    private static Optional<Command> command(State state) {
        List<Command> queue = work(state).map(State.Work::queue).orElse(List.of());
        if (state instanceof State.RollingBack s) {
            queue = s.back().queue();
        } else if (state instanceof State.Settling s) {
            queue = s.queue();
        }
        return queue.stream().findFirst();
    }

    private List<Event> events() {
        Topology start = scene.topology();
        KernelIdentity kernel = start.kernel();
        UnaryOperator<Topology> nobody = t -> t.with(List.of(), List.of());
        return List.of(
                new Event.Begin(),
                new Event.Performed(Outcome.done()),
                new Event.Performed(new Outcome.Failed(5, "errno 5")),
                new Event.Performed(new Outcome.Vetoed(List.of(new Holder(Holder.Kind.MOUNT, "/somewhere", "")))),
                new Event.Performed(new Outcome.Stuck("a write")),
                new Event.Observed(start),
                new Event.Observed(nobody.apply(start)),
                new Event.Observed(scene.plan().rounds().get(0).after()),
                new Event.Observed(start.withKernel(new KernelIdentity(
                        kernel.release(),
                        kernel.version(),
                        kernel.architecture(),
                        "another-boot",
                        kernel.commandLine()))),
                new Event.Unobservable("BK-UNREADABLE"),
                Event.Replanned.NOTHING,
                new Event.Replanned(scene.plan().rounds().get(0).actions(), List.of()),
                new Event.Stop("somebody asked for it"));
    }

    @Test
    void an_event_leads_to_a_state_that_waits_for_something_or_has_ended() {
        for (State state : states.values()) {
            for (Event event : events()) {
                Transition next = TransactionMachine.step(state, event);
                boolean moved = !next.state().equals(state);
                if (moved && !(next.state() instanceof State.Ended)) {
                    boolean due = command(next.state()).isPresent();
                    assertThat(due).as("%s after %s", name(state), event).isTrue();
                    boolean onlyNoted =
                            event instanceof Event.Stop && next.commands().isEmpty();
                    assertThat(onlyNoted
                                    || next.commands()
                                            .equals(List.of(
                                                    command(next.state()).orElseThrow())))
                            .as("%s after %s asks for %s", name(state), event, next.commands())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void an_answer_to_another_question_changes_nothing() {
        for (State state : states.values()) {
            Optional<Command> waiting = command(state);
            for (Event event : events()) {
                boolean looks = waiting.filter(Command.Look.class::isInstance).isPresent();
                boolean does = waiting.filter(Command.Do.class::isInstance).isPresent();
                boolean stuck = event instanceof Event.Performed p && p.outcome() instanceof Outcome.Stuck;
                boolean foreign = (event instanceof Event.Performed && looks && !stuck)
                        || (event instanceof Event.Observed && does)
                        || (event instanceof Event.Unobservable && does)
                        || (event instanceof Event.Replanned && (looks || does));
                if (foreign) {
                    assertThat(TransactionMachine.step(state, event))
                            .as("%s after %s", name(state), event)
                            .isEqualTo(Transition.stay(state));
                }
            }
        }
    }

    @Test
    void what_has_ended_stays_as_it_ended() {
        for (State state : states.values()) {
            if (state instanceof State.Ended) {
                for (Event event : events()) {
                    assertThat(TransactionMachine.step(state, event)).isEqualTo(Transition.stay(state));
                }
            }
        }
    }

    @Test
    void after_a_stuck_write_nothing_more_is_asked_for() {
        for (State state : states.values()) {
            if (!(state instanceof State.Ended) && !(state instanceof State.Preparing)) {
                Transition next = TransactionMachine.step(state, new Event.Performed(new Outcome.Stuck("the kernel")));
                assertThat(next.commands()).isEmpty();
                assertThat(next.state())
                        .as(name(state))
                        .isInstanceOfSatisfying(
                                State.Ended.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.WEDGED));
            }
        }
    }

    @Test
    void a_machine_on_which_nothing_works_never_ends_as_done_and_always_ends() {
        List<UnaryOperator<Event>> worlds = new ArrayList<>();
        Topology start = scene.topology();
        worlds.add(e -> e instanceof Event.Performed ? new Event.Performed(new Outcome.Failed(5, "errno 5")) : e);
        worlds.add(e -> e instanceof Event.Observed ? new Event.Observed(start.with(List.of(), List.of())) : e);
        worlds.add(e -> e instanceof Event.Observed ? new Event.Unobservable("BK-UNREADABLE") : e);
        for (State from : states.values()) {
            for (int world = 0; world < worlds.size(); world++) {
                State state = from;
                boolean settled = from instanceof State.Settling;
                for (int step = 0; step < MOST_STEPS && !(state instanceof State.Ended); step++) {
                    Event plain = plainAnswer(command(state).orElseThrow(), start);
                    state = TransactionMachine.step(state, worlds.get(world).apply(plain))
                            .state();
                }
                String what = name(from) + " in world " + world;
                assertThat(state).as(what).isInstanceOf(State.Ended.class);
                if (!settled && !(from instanceof State.Ended)) {
                    assertThat(((State.Ended) state).verdict()).as(what).isNotEqualTo(Verdict.DONE);
                }
            }
        }
    }

    private static Event plainAnswer(Command command, Topology start) {
        if (command instanceof Command.Replan) {
            return Event.Replanned.NOTHING;
        }
        return command instanceof Command.Look ? new Event.Observed(start) : new Event.Performed(Outcome.done());
    }

    @Test
    void a_wish_to_stop_never_leaves_devices_taken_out() {
        for (State state : states.values()) {
            Transition next = TransactionMachine.step(state, new Event.Stop("somebody asked for it"));
            if (state instanceof State.Releasing) {
                assertThat(next.state()).as(name(state)).isInstanceOf(State.RollingBack.class);
            } else if (state instanceof State.Preparing) {
                assertThat(next.state())
                        .isInstanceOfSatisfying(
                                State.Ended.class, e -> assertThat(e.verdict()).isEqualTo(Verdict.REFUSED));
            } else {
                assertThat(next.state().phase()).as(name(state)).isEqualTo(state.phase());
            }
        }
    }
}
