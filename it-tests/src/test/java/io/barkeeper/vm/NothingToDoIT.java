package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.Scene;
import java.util.List;

/** Room at the root: the kernel's second try places the newcomer by itself. The agent sees that and touches nothing. */
class NothingToDoIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withRootPort();
    }

    @Override
    protected void play(Guest guest) {
        guest.agent().daemon("automatic");
        guest.recordSysfsWrites();

        guest.plugTestDevice("new", "rp", "256M");
        guest.awaitAdded("0000:01:00.0");
        PciState added = guest.pci();
        assertThat(Newcomer.troubles(guest, "0000:01:00.0", 256L << 20)).isEmpty();

        guest.await(
                "the agent knows the newcomer",
                () -> guest.agent().cli("list").stdout().contains("0000:01:00.0")
                        ? List.of()
                        : List.of("'list' does not name it"));
        guest.await("nothing to do", () -> Answers.exit(guest.agent().cli("plan"), 0));
        guest.await("healthy", () -> Answers.exit(guest.agent().cli("check"), 0));
        assertThat(guest.sysfsWrites()).as("writes to sysfs").isEmpty();
        assertThat(guest.pci().differencesTo(added)).isEmpty();
    }
}
