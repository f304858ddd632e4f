package io.barkeeper.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.snapshot.SnapshotFormatException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real kernels did, replayed without them: the model must predict each recorded triple to the address. */
class RecordedTriplesTest {

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void modelPredictsWhatTheKernelDid(String series) throws IOException, SnapshotFormatException {
        List<Triple> triples = recorded(series);
        assertThat(triples).isNotEmpty();
        for (Triple triple : triples) {
            Verdict verdict = Verdict.on(triple);
            assertThat(verdict.difference())
                    .as("%s, %s", triple.name(), triple.action())
                    .isEmpty();
            assertThat(verdict.doubts())
                    .as("doubts about %s, %s", triple.name(), triple.action())
                    .isEmpty();
        }
    }

    static List<Triple> recorded(String series) throws IOException, SnapshotFormatException {
        return Triple.recorded("/triples/" + series + Replay.TRIPLES);
    }
}
