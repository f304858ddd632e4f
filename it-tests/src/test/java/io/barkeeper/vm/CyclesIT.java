package io.barkeeper.vm;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Scene;
import io.barkeeper.torture.CyclesCampaign;
import org.junit.jupiter.api.Tag;

/** Some hot-adds and removals through acpiphp and pciehp; {@code scripts/torture cycles} makes a thousand. */
@Tag("thorough")
class CyclesIT extends Scene {
    @Override
    protected MachineSpec machine() {
        return CyclesCampaign.machine();
    }

    @Override
    protected void play(Guest guest) {
        CyclesCampaign.play(guest, 20, 5);
    }
}
