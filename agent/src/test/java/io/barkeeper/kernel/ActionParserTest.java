package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionParserTest {

    private static final PciAddress CARD = PciAddress.parse("0000:03:00.0");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unbind:0000:03:00.0",
                "bind:0000:03:00.0:nvme",
                "decode:0000:03:00.0:on",
                "decode:0000:03:00.0:off",
                "remove:0000:03:00.0",
                "rescan",
                "rescan:0000:03:00.0",
                "rescan-bus:0000:03",
                "rescan-bus:10000:e0",
                "window:0000:03:00.0:io:closed",
                "window:0000:03:00.0:mem:2M",
                "window:0000:03:00.0:pref:64G",
                "align:0000:03:00.0:4K",
                "align:0000:02:00.0+0000:03:00.0:4K",
                "resize:0000:03:00.0:2:8G",
                "numvfs:0000:03:00.0:0",
                "renumber:0000:03:00.0",
                "hotplug:0000:02:03.0:mem32=4K,io=256,mem64pref=256M",
                "hotplug-acpi:0000:02:03.0:mem32=4K+mem64=1M,rom=64K",
                "hotplug-acpi:0000:00:05:mem32=4K",
                "unplug:0000:02:03.0",
                "unplug-acpi:0000:02:03.0",
                "unplug-acpi:10000:00:1f",
                "poweroff:0000:02:03.0",
                "poweron:10000:02:03.0",
                "power-loss:0000:02:03.0"
            })
    void everyActionReadsBackAsItIsPrinted(String text) {
        assertThat(ActionParser.parse(text)).hasToString(text);
    }

    @Test
    void theDomainMayBeLeftOutAndSizesMayBeInBytes() {
        assertThat(ActionParser.parse("remove:03:00.0")).isEqualTo(new Action.Remove(CARD));
        assertThat(ActionParser.parse("window:03:00.0:pref:2097152"))
                .isEqualTo(new Action.Window(CARD, ResourceKind.WINDOW_PREF, 2 << 20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "remove",
                "remove:",
                "remove:03:00",
                "remove:03:20.0",
                "remove:03:00.8",
                "remove:0000:03:00.0:",
                "remove:0000:03:00.0:x",
                "remove:100000000000:03:00.0",
                "rescan:",
                "rescan-bus:03",
                "rescan-bus:0000:100",
                "rescan-bus:0000:-1",
                "rescan-bus:-001:01",
                "rescan-bus:ffffffff:01",
                "bind:0000:03:00.0",
                "decode:0000:03:00.0:maybe",
                "window:0000:03:00.0:rom:2M",
                "window:0000:03:00.0:mem:0",
                "window:0000:03:00.0:mem:-2M",
                "align:0000:03:00.0:99999999999G",
                "resize:0000:03:00.0:6:8G",
                "resize:0000:03:00.0:2:lots",
                "numvfs:0000:03:00.0:-1",
                "numvfs:0000:03:00.0:65536",
                "numvfs:0000:03:00.0:99999999999",
                "hotplug:0000:02:03.0",
                "hotplug:0000:02:03.0:mem32=3K",
                "hotplug:0000:02:03.0:mem128=4K",
                "hotplug:0000:02:03.0:@card.json",
                "format:0000:03:00.0"
            })
    void whatIsNoActionIsRefusedWithTheWordsThatWereWrong(String text) {
        assertThatThrownBy(() -> ActionParser.parse(text))
                .isInstanceOf(ActionSyntaxException.class)
                .hasMessageContaining("'");
    }
}
