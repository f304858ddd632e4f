package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which model answers for a release, and what no model knows. */
class KernelModelsTest {

    @ParameterizedTest
    @CsvSource({
        "6.1.0-50-amd64, K61",
        "6.12.107+deb13-amd64, K612",
        "6.16.3, K616",
        "6.18.9, K618",
        "6.18.15+deb13-amd64, K618S",
        "6.19.14, K619",
        "7.0.1, K70",
        "7.1.0-rc3, K71",
        "7.2.12+deb13-amd64, K71",
        "7.3.4, K73"
    })
    void aReleaseThatWasCheckedHasOneGeneration(String release, String generation) {
        KernelModel model = KernelModels.forRelease(release);

        assertThat(model.isKnown()).isTrue();
        assertThat(model.name()).endsWith("(" + generation + ")").doesNotContain(" and ");
    }

    @ParameterizedTest
    @CsvSource({
        "6.5.0, K61, K612",
        "6.14.2, K612, K616",
        "6.16.7, K616, K617",
        "6.18.12, K618, K618S",
        "6.18, K618, K618S",
        "6.19.3, K618, K619"
    })
    void aReleaseInBetweenIsAnsweredByItsNeighboursOnBothSides(String release, String older, String newer) {
        assertThat(KernelModels.forRelease(release).name())
                .contains("(" + older + ") and ")
                .contains("(" + newer + ") for " + release);
    }

    @Test
    void neighboursThatDifferMakeADoubtAndThoseThatAgreeNone() {
        Topology before = Lab.q35("6.14.2")
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .device("01:00.0", "00:02.0", "mem32=4K,io=64")
                .unscanned();
        KernelModel model = Lab.model(before);

        Topology plain = Lab.q35("6.14.2").device("00:03.0", "", "mem32=4K").unscanned();

        assertThat(model.apply(before, new Action.RescanAll()).doubts())
                .extracting(Doubt::why)
                .anyMatch(why -> why.contains("6.14.2 lies between two that differ"));
        assertThat(model.apply(plain, new Action.RescanAll()).isCertain()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.15.0-100-generic", "4.18.0", "7.4.0", "9.0", "unknown", ""})
    void outsideOfAllReleasesEveryAnswerIsUncertain(String release) {
        Topology machine = Lab.q35("6.1.0").device("00:03.0", "", "mem32=4K").scanned();
        KernelModel model = KernelModels.forRelease(release);

        assertThat(model.isKnown()).isFalse();
        assertThat(model.apply(machine, new Action.RescanAll()).isCertain()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "resize:01:00.0:0:256M, rebar",
        "poweroff:00:02.0, slot-power",
        "poweron:00:02.0, slot-power",
        "renumber:00:02.0, renumber"
    })
    void whatNoMachineCouldCheckIsUncertainUntilItsRiskIsTakenByName(String text, String risk) {
        Action action = ActionParser.parse(text);
        assertThat(Risk.of(action).map(Risk::label)).hasValue(risk);
        for (String release : new String[] {"6.1.0", "6.12.0", "6.16.0", "6.18.15", "7.2.0"}) {
            Topology before = Lab.q35(release)
                    .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                    .device("01:00.0", "00:02.0", "mem64pref=64M")
                    .scanned();
            Topology free = Lab.apply(before, "unbind:01:00.0");

            Prediction prediction = Lab.model(free).apply(free, action);

            assertThat(prediction.isCertain()).as(release).isFalse();
            assertThat(prediction.doubtsBeyond(Set.of())).isEqualTo(prediction.doubts());
            assertThat(prediction.doubtsBeyond(Set.of(Risk.named(risk).orElseThrow())))
                    .as(release)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "6.12.0", "6.16.0", "6.18.15", "7.2.0"})
    void aBarThatFoundNoPlaceCannotBeResizedNotEvenAtARisk(String release) {
        Topology full = Lab.q35(release)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .device("01:00.0", "00:02.0", "mem32=2G")
                .scanned();

        Prediction prediction = Lab.model(full).apply(full, ActionParser.parse("resize:01:00.0:0:1M"));

        assertThat(prediction.doubtsBeyond(EnumSet.allOf(Risk.class)))
                .extracting(Doubt::why)
                .containsExactly("the kernel refuses to resize a BAR that has no address");
        assertThat(prediction.after()).isEqualTo(full);
    }

    @Test
    void anAcceptedRiskLiftsNoOtherDoubt() {
        Topology machine = Lab.q35("6.1.0").device("00:03.0", "", "mem32=4K").scanned();

        Prediction prediction = Lab.model(machine).apply(machine, ActionParser.parse("remove:00:09.0"));

        assertThat(prediction.doubtsBeyond(EnumSet.allOf(Risk.class))).hasSize(1);
        assertThat(Risk.named("no-such-risk")).isEmpty();
        assertThat(Risk.of(new Action.RescanAll())).isEmpty();
    }

    @Test
    void takingVirtualFunctionsAwayIsKnownAndGivingThemAddressesIsNot() {
        Topology machine = Lab.q35("6.1.0")
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .device("01:00.0", "00:02.0", "mem32=4K,vf0=mem64pref:64K*4")
                .scanned();
        Topology ready = machine.map(f -> f.isBridge() ? f : f.withSriov(Optional.of(new Sriov(4, 0))));
        KernelModel model = Lab.model(ready);

        assertThat(model.apply(ready, ActionParser.parse("numvfs:01:00.0:0")).isCertain())
                .isTrue();
        assertThat(model.apply(ready, ActionParser.parse("numvfs:01:00.0:4")).isCertain())
                .isFalse();
        assertThat(model.apply(ready, ActionParser.parse("numvfs:01:00.0:5")).doubts())
                .extracting(Doubt::why)
                .containsExactly("it has 4 virtual functions, not 5");
    }

    @Test
    void windowRegistersWrittenByHandChangeTheRegistersAndNothingElse() {
        Topology machine = Lab.q35("6.1.0")
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .device("01:00.0", "00:02.0", "mem32=4K")
                .scanned();

        Prediction closed = Lab.model(machine).apply(machine, ActionParser.parse("window:00:02.0:mem:closed"));

        assertThat(closed.isCertain()).isTrue();
        assertThat(Lab.range(closed.after(), "00:02.0", 14)).isEqualTo(Lab.range(machine, "00:02.0", 14));
        assertThat(Lab.row(closed.after(), "00:02.0", 14).hardware()).isEqualTo(Decoded.closed());
    }
}
