package io.barkeeper.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotFormatException;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real kernels did, predicted without the log that told which sizes they keep unseen. What is said for certain must be
 * right. In the set {@code forgotten} (of the recordings 6.18-5018, 7.2-5007 and 7.2-5019) the usual history was not the real
 * one: a guess would have been wrong.
 */
class ForgottenSizesTest {

    @ParameterizedTest
    @ValueSource(strings = {"6.18", "7.2"})
    void whatIsSaidForCertainIsRight(String series) throws IOException, SnapshotFormatException {
        for (Triple triple : RecordedTriplesTest.recorded(series)) {
            Verdict verdict = Verdict.on(
                    with(triple, r -> r.withRetained(OptionalLong.empty()).withMayKeep(List.of())));

            if (verdict.doubts().isEmpty()) {
                assertThat(verdict.difference())
                        .as("%s, %s", triple.name(), triple.action())
                        .isEmpty();
            }
        }
    }

    @Test
    void whereAGuessWouldBeWrongNothingIsSaidForCertain() throws IOException, SnapshotFormatException {
        for (Triple triple : RecordedTriplesTest.recorded("forgotten")) {
            Triple guessed = with(triple, r -> r.withRetained(OptionalLong.empty()));
            Triple forgotten =
                    with(triple, r -> r.withRetained(OptionalLong.empty()).withMayKeep(List.of()));

            assertThat(Verdict.on(triple).isExact()).as(triple.name()).isTrue();
            assertThat(Verdict.on(guessed).difference()).as(triple.name()).isNotEmpty();
            assertThat(Verdict.on(forgotten).doubts())
                    .as(triple.name())
                    .isNotEmpty()
                    .allSatisfy(d -> assertThat(d.why()).contains("hidden size"));
        }
    }

    private static Triple with(Triple triple, UnaryOperator<Resource> change) {
        Topology before = triple.before()
                .map(f -> f.withResources(f.resources().stream()
                        .map(r -> r.isWindow() && !r.isAssigned() ? change.apply(r) : r)
                        .toList()));
        return new Triple(
                triple.name(),
                before,
                triple.action(),
                triple.plugged(),
                triple.after(),
                triple.noRoom(),
                triple.harmed());
    }
}
