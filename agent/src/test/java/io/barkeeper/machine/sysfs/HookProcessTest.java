package io.barkeeper.machine.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.Hooks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HookProcessTest {

    private static Effect.RunHook hook(long micros, String... command) {
        return new Effect.RunHook(
                Hooks.Moment.BEFORE_QUIESCE,
                PciAddress.parse("0000:03:00.0"),
                List.of(command),
                micros,
                Map.of("BARKEEPER_BDF", "0000:03:00.0"));
    }

    private static Outcome run(Effect.RunHook hook) {
        return HookProcess.run(hook, hook.command(), Duration.ZERO);
    }

    @Test
    void tellsTheDeviceInTheEnvironmentAndKeepsWhatIsSaid() {
        assertThat(run(hook(20_000_000, "/bin/sh", "-c", "echo got $BARKEEPER_BDF")))
                .isEqualTo(new Outcome.Done("got 0000:03:00.0"));
    }

    @Test
    void anExitStatusIsAVetoWithItsReason() {
        assertThat(run(hook(20_000_000, "/bin/sh", "-c", "echo busy; exit 3")))
                .isEqualTo(new Outcome.Failed(0, "exit status 3, it said: busy"));
    }

    @Test
    void aCommandThatDoesNotEndIsKilled() {
        assertThat(run(hook(200_000, "/bin/sh", "-c", "sleep 600")))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class, f -> assertThat(f.message()).contains("killed"));
    }

    @Test
    void aProgramThatIsNotThereIsSaid() {
        assertThat(run(hook(20_000_000, "/nonexistent/program")))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class, f -> assertThat(f.message()).contains("/nonexistent/program"));
    }

    @Test
    void becomesATransientServiceWithALimit() {
        assertThat(HookProcess.transientService(hook(2_000_000, "/usr/bin/umount", "/srv")))
                .startsWith("systemd-run", "--wait", "--pipe", "--collect")
                .contains("--property=RuntimeMaxSec=2000000us", "--setenv=BARKEEPER_BDF=0000:03:00.0")
                .endsWith("--", "/usr/bin/umount", "/srv");
    }
}
