package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;

/** A mounted disk under the same root port, and a smaller release set that avoids it: that one is taken. */
class AroundBusyIT extends InnerSwitchIT {
    @Override
    protected void prepare(Guest guest) {
        guest.mountElsewhere("d0");
        guest.writeMountedPattern();
    }

    @Override
    protected void play(Guest guest) {
        super.play(guest);
        assertThat(guest.mountedPatternTrouble()).isEmpty();
    }
}
