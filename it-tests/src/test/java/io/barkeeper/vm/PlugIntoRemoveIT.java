package io.barkeeper.vm;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Scene;
import io.barkeeper.torture.PlugCampaign;
import io.barkeeper.torture.SwitchStory;
import org.junit.jupiter.api.Tag;

/**
 * A second device is plugged into the switch around the remove of its root port, at moments that one guest has room for.
 * {@code scripts/torture plug} does it every 100 ms.
 */
@Tag("thorough")
class PlugIntoRemoveIT extends Scene {
    private static final int MOMENTS = 5;

    @Override
    protected MachineSpec machine() {
        return PlugCampaign.machine();
    }

    @Override
    protected void play(Guest guest) {
        SwitchStory story = SwitchStory.begin(guest);
        for (PlugCampaign.Moment moment : PlugCampaign.moments(story.undisturbed(), MOMENTS)) {
            System.out.println("  " + moment + ": " + PlugCampaign.plug(story, moment));
        }
    }
}
