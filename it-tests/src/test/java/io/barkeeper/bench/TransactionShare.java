package io.barkeeper.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.KernelImage;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.Machines;
import io.barkeeper.lab.QemuMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the agent adds to a transaction: the scene of the switch, once with the agent, and once more in a fresh guest where a shell
 * script makes the writes that the agent's journal holds and waits for the same drivers and disks. Numbers only; nothing is judged.
 *
 * <p>The guest is emulated, which costs a JVM more than a kernel: on hardware the agent's share is smaller and that of the
 * links and disks larger.
 */
public final class TransactionShare {
    private static final String NEWCOMER = "0000:06:00.0";
    private static final Duration LONG = Duration.ofMinutes(6);
    private static final double MICROS = 1e6;
    private static final String JOURNAL = "/host/var/lib/barkeeper/journal/00000001.journal";

    /**
     * One effect of the journal.
     *
     * @param micros from the record before it to the record after it
     * @param idle from what the journal held before to the record before it: looks, second checks, the journal itself
     */
    private record Step(String effect, long micros, long idle) {
        String kind() {
            return effect.split("[: ]", 2)[0];
        }
    }

    private final KernelImage kernel;
    private final List<Step> steps = new ArrayList<>();
    private long whole;

    private TransactionShare(KernelImage kernel) {
        this.kernel = kernel;
    }

    /** @param args the series of the kernel */
    public static void main(String[] args) {
        new TransactionShare(KernelImages.get(args[0])).run();
    }

    private void run() {
        withAgent();
        long inside = steps.stream().mapToLong(Step::micros).sum();
        tell("kernel", kernel.toString());
        tell("transaction by the agent, from intent to end", seconds(whole));
        Map<String, Long> kinds = new TreeMap<>();
        steps.forEach(s -> kinds.merge(s.kind(), s.micros(), Long::sum));
        kinds.forEach((kind, micros) -> tell("  of that in " + kind, seconds(micros)));
        tell("  of that between the writes and waits", seconds(whole - inside));
        steps.forEach(s -> tell("    before " + s.effect().split(" ", 2)[0], seconds(s.idle())));
        tell(
                "    after the last",
                seconds(whole - inside - steps.stream().mapToLong(Step::idle).sum()));
        long script = byScript();
        tell("the same writes and waits by a shell script", seconds(script));
        tell("agent to script", String.format("%.2f", (double) whole / script));
        tell("the agent's share by the journal", percent(whole - inside));
        tell("the agent's share by the script", percent(whole - script));
    }

    private void withAgent() {
        try (QemuMachine machine = QemuMachine.boot(Machines.withSwitch(), kernel)) {
            Guest guest = new Guest(machine);
            guest.agent().daemon("confirm");
            hotAdd(guest);
            guest.await(
                    "a plan",
                    () -> guest.agent().cli("plan").stdout().contains("remove:0000:00:01.0")
                            ? List.of()
                            : List.of("there is none"));
            GuestShell.Result applied = guest.agent().cli("apply", "--yes");
            if (applied.exit() != 0) {
                throw new LabException("apply ended with " + applied.exit() + ": " + applied.stdout());
            }
            read(guest.sh("cat " + JOURNAL));
        }
    }

    private static void hotAdd(Guest guest) {
        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded(NEWCOMER);
    }

    /** Each record is a checksum and a JSON object on a line. */
    private void read(String journal) {
        long begin = 0;
        long before = 0;
        long last = 0;
        String effect = "";
        for (String line : journal.lines().toList()) {
            JsonObject entry =
                    JsonParser.parseString(line.substring(line.indexOf('{'))).getAsJsonObject();
            long at = entry.has("at") ? entry.get("at").getAsLong() : 0;
            switch (entry.get("type").getAsString()) {
                case "intent" -> {
                    begin = at;
                    last = at;
                }
                case "before" -> {
                    before = at;
                    effect = entry.get("effect").getAsString();
                }
                case "after" -> {
                    steps.add(new Step(effect, at - before, before - last));
                    last = at;
                }
                case "end" -> whole = at - begin;
                default -> {
                    // What was there before, and notes.
                }
            }
        }
    }

    /** Microseconds that the shell takes; the guest's clock counts hundredths of a second. */
    private long byScript() {
        StringBuilder script = new StringBuilder("cd /sys/bus/pci/devices\nread before _ </proc/uptime\n");
        steps.forEach(step -> script.append(SysfsScript.of(step.effect())));
        script.append("read after _ </proc/uptime\necho $before $after\n");
        try (QemuMachine machine = QemuMachine.boot(Machines.withSwitch(), kernel)) {
            Guest guest = new Guest(machine);
            hotAdd(guest);
            GuestShell.Result result = machine.shell().run(script.toString(), LONG);
            String[] times = result.orThrow().lines().toList().get(0).split(" ");
            if (guest.pci().missing(guest.pci().at(NEWCOMER), 2, 256L << 20).isEmpty()) {
                return Math.round((Double.parseDouble(times[1]) - Double.parseDouble(times[0])) * MICROS);
            }
            throw new LabException("the script did not make room:\n" + script + result.stdout() + result.stderr());
        }
    }

    private String percent(long micros) {
        return String.format("%.0f %%", 100.0 * micros / whole);
    }

    private static String seconds(long micros) {
        return String.format("%.3f s", micros / MICROS);
    }

    private static void tell(String what, String value) {
        System.out.printf("%-60s %s%n", what, value);
    }
}
