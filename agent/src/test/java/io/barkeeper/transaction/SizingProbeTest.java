package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Journal;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.journal.Transcript;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.simulated.Fault;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizingProbeTest {

    private static final ResourceId WIPED = new ResourceId(SwitchScene.NEWCOMER, 2);

    @TempDir
    private Path directory = Path.of("");

    private Journal journal;
    private SimulatedMachine machine;
    private long size;

    @BeforeEach
    void wipe() throws Exception {
        journal = Journal.open(directory.resolve("journal"));
        machine = SwitchScene.after("7.2", directory.resolve("tree")).machine();
        size = shown().orElseThrow();
        machine.wipe(WIPED);
    }

    private Optional<Long> shown() throws Exception {
        return machine.observe().get(WIPED.address()).resource(WIPED.index()).stream()
                .flatMap(r -> r.size().stream().boxed())
                .findFirst();
    }

    private Transcript transcript() throws Exception {
        return JournalReader.list(journal.directory()).get(0);
    }

    @Test
    void a_size_that_nothing_tells_is_asked_of_the_bar_and_shown_from_then_on() throws Exception {
        Topology topology = machine.observe();
        List<Effect.ProbeBarSize> questions = SizingProbe.questions(topology);
        assertThat(questions).containsExactly(new Effect.ProbeBarSize(WIPED.address(), WIPED.index()));

        Map<ResourceId, Long> sizes = new SizingProbe().ask(questions, topology, machine, journal);
        machine.recall(SizingProbe.answered(topology, sizes));

        assertThat(sizes).containsExactly(Map.entry(WIPED, size));
        assertThat(shown()).contains(size);
        assertThat(SizingProbe.questions(machine.observe())).isEmpty();
    }

    @Test
    void the_question_is_in_the_journal_before_it_is_asked() throws Exception {
        Topology topology = machine.observe();
        new SizingProbe().ask(SizingProbe.questions(topology), topology, machine, journal);

        assertThat(transcript().intent().orElseThrow().plan()).isEqualTo("sizing");
        assertThat(transcript().entries())
                .extracting(e -> e.getClass().getSimpleName())
                .containsExactly("Intent", "PreImage", "Before", "After", "End");
        assertThat(transcript().end().orElseThrow().outcome()).isEqualTo("done");
    }

    @Test
    void who_has_a_driver_or_decodes_is_not_asked() throws Exception {
        Topology topology = machine.observe();
        assertThat(SizingProbe.questions(topology.map(f -> f.withDriver(Optional.of("somebody")))))
                .isEmpty();
        assertThat(SizingProbe.questions(topology.map(f -> f.withCommand(OptionalInt.of(2), 0))))
                .isEmpty();
        assertThat(SizingProbe.questions(topology.map(f -> f.withCommand(OptionalInt.empty(), 0))))
                .as("asleep: its registers were not read")
                .isEmpty();
    }

    @Test
    void what_the_machine_refuses_stays_unknown_and_stands_in_the_journal() throws Exception {
        machine.plan(new Fault(1, new Fault.Refused(1)));
        Topology topology = machine.observe();

        assertThat(new SizingProbe().ask(SizingProbe.questions(topology), topology, machine, journal))
                .isEmpty();

        assertThat(shown()).isEmpty();
        assertThat(transcript().end().orElseThrow().outcome()).isEqualTo("refused");
    }

    @Test
    void a_question_that_was_cut_off_is_closed_at_the_next_start_and_asked_again() throws Exception {
        Topology topology = machine.observe();
        CutOff killed = new CutOff(machine, 1);
        assertThatThrownBy(() -> new SizingProbe().ask(SizingProbe.questions(topology), topology, killed, journal))
                .isInstanceOf(CutOff.Killed.class);

        int before = machine.performed().size();
        assertThat(Recovery.run(machine, journal, ProgressListener.NONE)).isEmpty();

        assertThat(machine.performed()).as("nothing is written to close it").hasSize(before);
        assertThat(transcript().end().map(Entry.End::outcome)).contains("abandoned");
        assertThat(SizingProbe.questions(machine.observe())).hasSize(1);
    }
}
