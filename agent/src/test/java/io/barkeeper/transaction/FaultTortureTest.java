package io.barkeeper.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample of the campaign {@code scripts/torture sim}: the same checks on the first plans. */
class FaultTortureTest {

    @Test
    void noFaultAtAnyStepLosesADeviceThatWorked(@TempDir Path scratch) throws Exception {
        FaultTorture torture = new FaultTorture(scratch);
        for (long seed = 1; torture.plans < 2 && seed < 200; seed++) {
            torture.play(seed);
        }
        assertThat(torture.plans).isEqualTo(2);
        assertThat(torture.failures).as(torture.toString()).isEmpty();
    }
}
