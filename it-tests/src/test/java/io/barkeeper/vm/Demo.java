package io.barkeeper.vm;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.PciState;
import io.barkeeper.lab.QemuMachine;
import java.util.List;

/**
 * The main job for somebody to watch: a real kernel in a virtual machine, a device of 256 MiB that arrives behind a switch
 * without room, and the agent at work. Ends with 0 only when the guest's own sysfs and registers say that every device works.
 */
public final class Demo {
    private static final String NEWCOMER = "0000:06:00.0";
    private static final long NEWCOMER_BYTES = 256L << 20;

    private Demo() {}

    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("usage: Demo SERIES, for example 6.1");
            System.exit(2);
        }
        try {
            System.exit(run(arguments[0]));
        } catch (LabException | AssertionError e) {
            System.err.println("The demonstration failed: " + e.getMessage());
            System.exit(1);
        }
    }

    private static int run(String series) {
        title("A virtual machine with a Debian kernel " + series + " (software emulation: give it a minute)");
        try (QemuMachine machine = QemuMachine.boot(Machines.withSwitch(), KernelImages.get(series))) {
            Guest guest = new Guest(machine);
            System.out.println("booted " + guest.sh("uname -srv").strip());
            guest.writePattern("d0");
            guest.writePattern("d1");
            PciState before = guest.pci();
            guest.agent().daemon("automatic");

            title("Before: barkeeper map");
            show(guest, "map");

            title("A device with a BAR of 256 MiB arrives in the empty port 0000:02:03.0");
            guest.plugTestDevice("new", "sw.3", "256M");
            guest.awaitAdded(NEWCOMER);
            System.out.println("what the kernel says of it:");
            System.out.print(
                    guest.sh("dmesg | grep -E \"can't assign|failed to assign|releasing|released\" | tail -12"));

            List<String> missing = awaitAll(guest, before);
            title("What barkeeperd did: plan, transaction");
            System.out.print(guest.agent().daemonLog());

            title("After: barkeeper list, map, history");
            show(guest, "list");
            show(guest, "map");
            show(guest, "history");

            return verdict(missing);
        }
    }

    private static List<String> awaitAll(Guest guest, PciState before) {
        try {
            guest.await("the newcomer works", () -> Newcomer.troubles(guest, NEWCOMER, NEWCOMER_BYTES));
            guest.await("all that was there works", () -> guest.pci().lostSince(before));
            guest.await("the first disk is back with its data", () -> guest.patternTrouble("d0"));
            guest.await("the second disk is back with its data", () -> guest.patternTrouble("d1"));
            return List.of();
        } catch (AssertionError e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private static int verdict(List<String> missing) {
        if (missing.isEmpty()) {
            title("Every device works: the newcomer has its 256 MiB, both disks are back with their data");
            return 0;
        }
        title("It did not work");
        missing.forEach(System.out::println);
        return 1;
    }

    private static void show(Guest guest, String verb) {
        GuestShell.Result result = guest.agent().cli(verb);
        System.out.print(result.stdout() + result.stderr());
    }

    private static void title(String text) {
        System.out.println();
        System.out.println("== " + text);
    }
}
