package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.Scene;
import org.junit.jupiter.api.Tag;

/** In a burst of ten thousand uevents nothing that matters is lost: a device that arrives in the middle of it gets its plan. */
@Tag("thorough")
class BurstIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        guest.agent().daemon("confirm");
        Burst burst = new Burst(guest);
        burst.play();
        assertThat(guest.agent().daemonLog().contains("BK-OVERFLOW"))
                .as("an overflow is told")
                .isEqualTo(burst.overflows() > 0);
    }
}
