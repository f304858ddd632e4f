package io.barkeeper.lab;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * A story told to a real kernel. A subclass says on which machine it plays and what happens; it is played once on each kernel
 * named in {@code -Dlab.kernels} (series, separated by commas; {@code 6.1,7.2} where nothing is said).
 */
@Tag("vm")
public abstract class Scene {
    /** The hardware, described anew for each guest. */
    protected abstract MachineSpec machine();

    /** What happens, and what must be so. */
    protected abstract void play(Guest guest);

    /** Whether this scene is played on a kernel series that was asked for; on every one unless a subclass says otherwise. */
    protected boolean playsOn(String series) {
        return !series.isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> onEachKernel() {
        return Arrays.stream(System.getProperty("lab.kernels", "6.1,7.2").split(","))
                .map(String::trim)
                .filter(this::playsOn)
                .map(series -> DynamicTest.dynamicTest("on " + series, () -> playOn(series)));
    }

    private void playOn(String series) {
        try (QemuMachine machine = QemuMachine.boot(machine(), KernelImages.get(series))) {
            Guest guest = new Guest(machine);
            try {
                System.out.println(getClass().getSimpleName() + " on " + machine.kernel());
                play(guest);
            } catch (AssertionError | RuntimeException failure) {
                System.out.println("--- " + getClass().getSimpleName() + " failed: " + failure.getMessage());
                String daemonLog = daemonLog(guest);
                if (failure instanceof LabException) {
                    machine.showBlockedTasks();
                }
                System.out.println(machine.report());
                System.out.println("--- the daemon's log\n" + daemonLog);
                throw failure;
            }
        }
    }

    private static String daemonLog(Guest guest) {
        try {
            return guest.agent().daemonLog();
        } catch (LabException unreachable) {
            return "(the guest does not answer: " + unreachable.getMessage() + ")";
        }
    }
}
