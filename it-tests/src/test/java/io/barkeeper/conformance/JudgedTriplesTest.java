package io.barkeeper.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.trust.Hindsight;
import io.barkeeper.kernel.trust.Judgement;
import io.barkeeper.kernel.trust.Step;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotFormatException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of each arrival and departure on a real kernel a daemon finds out what it was, and that the model is right. */
class JudgedTriplesTest {

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void findsWhatTheKernelDidByItself(String series) throws IOException, SnapshotFormatException {
        List<Triple> triples = RecordedTriplesTest.recorded(series).stream()
                .filter(t -> t.action().contains("plug"))
                .toList();
        assertThat(triples).isNotEmpty();
        for (Triple triple : triples) {
            Topology after = Aftermath.of(triple);
            PciAddress port = PciAddress.parse(
                    triple.action().replaceFirst("[a-z-]+:", "").replace(":@", ""));

            Judgement judgement = judge(triple, after, Set.of(port));

            assertThat(judgement).as("%s, %s", triple.name(), triple.action()).isInstanceOf(Judgement.Hit.class);
            assertThat(((Judgement.Hit) judgement).steps())
                    .extracting(Step::toString)
                    .containsExactly(triple.action().replaceFirst("@$", "@plugged"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void holdsNothingAgainstTheModelThatAHandDid(String series) throws IOException, SnapshotFormatException {
        for (Triple triple : RecordedTriplesTest.recorded(series)) {
            if (!triple.action().contains("plug")) {
                Judgement judgement = judge(triple, Aftermath.of(triple), Set.of());

                assertThat(judgement)
                        .as("%s, %s", triple.name(), triple.action())
                        .isNotInstanceOf(Judgement.Miss.class);
            }
        }
    }

    private static Judgement judge(Triple triple, Topology after, Set<PciAddress> announced) {
        return Hindsight.judge(
                triple.before(),
                after,
                Hearsay.of(triple.before(), after, announced),
                KernelModels.forKernel(triple.before().kernel()));
    }
}
