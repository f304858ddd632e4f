package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;

/** The switch scene where the kernel refuses writes to configuration space, as it does under Secure Boot. */
class SwitchUnderLockdownIT extends SwitchIT {
    @Override
    protected MachineSpec machine() {
        return super.machine().kernelWords("lockdown=integrity");
    }

    @Override
    protected void play(Guest guest) {
        assertThat(guest.sh("cat /sys/kernel/security/lockdown")).contains("[integrity]");
        super.play(guest);
    }
}
