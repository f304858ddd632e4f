package io.barkeeper.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.snapshot.SnapshotFormatException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real kernels did when the stories were played ({@link PlayStories}), replayed without them. */
class RecordedStoriesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "6.1-root-bus-slot",
                "7.2-root-bus-slot",
                "6.12-arm64-plain",
                "7.2-arm64-plain",
                "6.1-stale-decode",
                "7.2-stale-decode",
                "6.1-shrink-without-reserve",
                "6.19-shrink-without-reserve"
            })
    void modelPredictsWhatTheKernelDid(String recording) throws IOException, SnapshotFormatException {
        List<Triple> triples = recorded(recording);
        assertThat(triples).isNotEmpty();
        for (Triple triple : triples) {
            Verdict verdict = Verdict.on(triple);
            assertThat(verdict.difference())
                    .as("%s, %s", triple.name(), triple.action())
                    .isEmpty();
            assertThat(verdict.registers())
                    .as("registers after %s, %s", triple.name(), triple.action())
                    .isEmpty();
            assertThat(verdict.doubts())
                    .as("doubts about %s, %s", triple.name(), triple.action())
                    .isEmpty();
        }
    }

    /** The last step of this story never ended: the kernel followed a null pointer under the rescan lock. */
    @ParameterizedTest
    @ValueSource(strings = {"7.0-shrink-without-reserve", "7.1-shrink-without-reserve", "7.2-shrink-without-reserve"})
    void modelRefusesARescanThatBreaksTheKernel(String recording) throws IOException, SnapshotFormatException {
        List<Triple> triples = recorded(recording);
        Triple last = triples.get(triples.size() - 1);

        assertThat(Verdict.on(last).doubts())
                .as("doubts about %s, %s", last.name(), last.action())
                .anySatisfy(doubt -> assertThat(doubt.why()).contains("null pointer"));
    }

    private static List<Triple> recorded(String recording) throws IOException, SnapshotFormatException {
        return Triple.recorded("/stories/recorded/" + recording + Replay.TRIPLES);
    }
}
