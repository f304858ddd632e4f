package io.barkeeper.vm;

import io.barkeeper.lab.Guest;
import java.util.List;

/** A mounted disk under the same root port, and a smaller release set that avoids it: that one is taken. */
class AroundBusyIT extends InnerSwitchIT {
    @Override
    protected void prepare(Guest guest) {
        guest.mountElsewhere("d0");
        guest.writeMountedPattern();
    }

    @Override
    protected List<String> outerDiskTrouble(Guest guest) {
        return guest.mountedPatternTrouble();
    }
}
