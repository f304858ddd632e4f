package io.barkeeper.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.Scene;
import io.barkeeper.torture.KillCampaign;
import io.barkeeper.torture.SwitchStory;
import org.junit.jupiter.api.Tag;

/**
 * The switch scene with {@code kill -9} of the daemon while half of the devices are removed; a new daemon brings back all that
 * worked. {@code scripts/torture kill} does it at every step.
 */
@Tag("thorough")
class KilledIT extends Scene {
    private static final int IN_THE_MIDDLE = 16;

    @Override
    protected MachineSpec machine() {
        return Machines.withSwitch();
    }

    @Override
    protected void play(Guest guest) {
        SwitchStory story = SwitchStory.begin(guest);
        String outcome = KillCampaign.kill(story, IN_THE_MIDDLE, 0);
        System.out.println("  killed " + outcome);
        assertThat(outcome).doesNotContain("not reached").contains("rolled_back");
    }
}
