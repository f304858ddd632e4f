package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;

/**
 * Without the agent: what the switch scene does to a kernel left alone, and that a remove of the root port and one rescan repair
 * it. If this fails, the lab or the kernel has changed, not the agent.
 */
class KernelBehaviourIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        guest.writePattern("d0");
        PciState before = guest.pci();
        assertThat(before.lostSince(before)).isEmpty();

        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded("0000:06:00.0");
        PciState added = guest.pci();
        assertThat(added.at("0000:06:00.0").row(2).assigned())
                .as("BAR 2 of the newcomer")
                .isFalse();
        assertThat(added.at("0000:05:00.0").row(2).assigned())
                .as("BAR 2 of the neighbour")
                .isTrue();
        assertThat(guest.kernelLog()).contains("BAR 2 [mem size 0x10000000 64bit pref]: failed to assign");

        guest.sh("echo 1 >/sys/bus/pci/devices/0000:00:01.0/remove; echo 1 >/sys/bus/pci/rescan");
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        PciState after = guest.pci();
        assertThat(after.missing(after.at("0000:06:00.0"), 2, 256L << 20)).isEmpty();
        assertThat(guest.patternTrouble("d0")).isEmpty();
        assertThat(guest.disk("d1")).isNotEmpty();
    }
}
