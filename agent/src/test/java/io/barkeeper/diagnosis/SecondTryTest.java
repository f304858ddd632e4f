package io.barkeeper.diagnosis;

import static io.barkeeper.testing.Scenes.NEWCOMER;
import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.TraceLine;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.Scenes;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecondTryTest {

    @ParameterizedTest
    @ValueSource(strings = {"6.1.176", "6.12.107", "6.18.15", "7.2.12"})
    void aNewcomerInAHotplugPortIsPlacedAsWhenItArrived(String release) {
        Topology after = Scenes.switchAfter(release);

        SecondTry again =
                SecondTry.of(after, KernelModels.forRelease(release), NEWCOMER).orElseThrow();

        assertThat(again.actions())
                .extracting(Object::toString)
                .containsExactly("remove:" + NEWCOMER, "rescan-bus:0000:06");
        assertThat(again.lines())
                .extracting(TraceLine::text)
                .contains(
                        "pci 0000:02:03.0: bridge window [mem size 0x10000000 64bit pref]: can't assign; no space",
                        "  no gap of 0x10000000 in [mem 0xf4000000-0xfbffffff 64bit pref] of 0000:01:00.0: free are"
                                + " 0x200000 at 0xf8000000, 0x3a00000 at 0xf8600000; 0000:02:02.0 bridge window at [mem"
                                + " 0xf4000000-0xf7ffffff 64bit pref], 0000:02:01.0 bridge window at [mem"
                                + " 0xf8200000-0xf83fffff 64bit pref], 0000:02:00.0 bridge window at [mem"
                                + " 0xf8400000-0xf85fffff 64bit pref]");
    }

    @Test
    void onlyTheFunctionAndTheBridgesAboveItSpeak() {
        Topology after = Scenes.switchAfter("6.1.176");
        Set<PciAddress> concerned =
                Set.of(NEWCOMER, PciAddress.parse("0000:02:03.0"), Scenes.UPSTREAM, Scenes.ROOT_PORT);

        SecondTry again = SecondTry.of(after, KernelModels.forRelease("6.1.176"), NEWCOMER)
                .orElseThrow();

        assertThat(again.lines())
                .extracting(TraceLine::subject)
                .allMatch(s -> s.map(concerned::contains).orElse(true))
                .contains(Optional.of(NEWCOMER));
    }

    @Test
    void aModelThatDoesNotKnowSaysSo() {
        Topology after = Scenes.switchAfter("5.10.0");

        assertThat(SecondTry.of(after, KernelModels.forRelease("5.10.0"), NEWCOMER)
                        .orElseThrow()
                        .certain())
                .isFalse();
    }
}
