package io.barkeeper.vm;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.QemuMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ten thousand uevents of PCI devices, as fast as a shell can ask the kernel for them, and in the middle of it a device that
 * does not fit. As a program it prints what that costs the daemon; nothing is judged.
 */
public final class Burst {
    static final String NEWCOMER = "0000:06:00.0";
    private static final int UEVENTS = 10_000;
    private static final String WORK = "dd if=/dev/zero bs=1M count=64 2>/dev/null | sha256sum >/dev/null; times";
    private static final Pattern TIMES = Pattern.compile("([0-9]+)m *([0-9.]+)s *([0-9]+)m *([0-9.]+)s");

    private final Guest guest;

    Burst(Guest guest) {
        this.guest = guest;
    }

    /** @param args the series of the kernel */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (QemuMachine machine = QemuMachine.boot(Machines.withSwitch(), KernelImages.get(args[0]))) {
            Guest guest = new Guest(machine);
            guest.agent().daemon("confirm");
            Burst burst = new Burst(guest);
            double before = burst.processorSeconds();
            burst.play();
            double spent = burst.processorSeconds() - before;
            double slower = burst.slowness();
            tell("uevents that the daemon heard", String.valueOf(burst.metric("barkeeper_uevents_total")));
            tell("overflows", String.valueOf(burst.overflows()));
            tell("processor time of the daemon, looks and plan included", String.format("%.2f s emulated", spent));
            tell("an emulated processor is slower by a factor of", String.format("%.1f", slower));
            tell("that would be on this host about", String.format("%.2f s", spent / slower));
        }
    }

    private static void tell(String what, String value) {
        System.out.printf("%-60s %s%n", what, value);
    }

    /** Returns when the daemon has heard the burst, or was told of what it lost, and has planned for the newcomer. */
    void play() {
        guest.sh("""
                setsid sh -c 'cd /sys/bus/pci/devices; i=0
                while [ $i -lt %d ]; do
                  for file in */uevent; do echo change >$file; i=$((i+1)); done
                  echo $i >/tmp/uevents.sent
                done
                echo >/tmp/burst.over' >/dev/null 2>&1 &
                until [ "$(cat /tmp/uevents.sent 2>/dev/null || echo 0)" -gt %d ]; do usleep 10000; done
                """.formatted(UEVENTS, UEVENTS / 3));
        guest.plugTestDevice("new", "sw.3", "256M");
        guest.await(
                "the end of the burst",
                () -> guest.machine().shell().run("test -e /tmp/burst.over").exit() == 0
                        ? List.of()
                        : List.of(
                                "at uevent " + guest.sh("cat /tmp/uevents.sent").strip()));
        guest.awaitAdded(NEWCOMER);
        guest.await(
                "a plan for the newcomer",
                () -> guest.agent().daemonLog().matches("(?s).*Plan [0-9a-f]+ makes [^\\n]*" + NEWCOMER + ".*")
                        ? List.of()
                        : List.of("there is none"));
        // The plan may be made while many are still queued.
        guest.await("the last uevent at the daemon", () -> {
            long heard = metric("barkeeper_uevents_total");
            return heard >= UEVENTS || overflows() > 0 ? List.of() : List.of("it has heard " + heard);
        });
    }

    /** How often the kernel had no room for a uevent. */
    long overflows() {
        return metric("barkeeper_uevent_overflows_total");
    }

    /** The sum of a counter on the daemon's metrics page. */
    private long metric(String name) {
        return Math.round(guest.agent()
                .metrics()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum());
    }

    /** What the daemon took so far, user and system; the kernel counts hundredths. */
    private double processorSeconds() {
        String[] fields = guest.sh("cat /proc/$(cat /host/run/barkeeper-lab/daemon.pid)/stat")
                .replaceFirst(".*\\) ", "")
                .split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    /** The same work in the guest and on the host, in processor time. */
    private double slowness() throws IOException, InterruptedException {
        Process here = new ProcessBuilder("bash", "-c", WORK).start();
        String told = new String(here.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        here.waitFor();
        return children(guest.sh("sh -c '" + WORK + "'")) / children(told);
    }

    /** The second line of what {@code times} says: user and system time of the children. */
    private static double children(String times) {
        Matcher line = TIMES.matcher(times.lines().skip(1).findFirst().orElse(""));
        if (!line.find()) {
            throw new LabException("no times: " + times);
        }
        return Integer.parseInt(line.group(1)) * 60
                + Double.parseDouble(line.group(2))
                + Integer.parseInt(line.group(3)) * 60
                + Double.parseDouble(line.group(4));
    }
}
