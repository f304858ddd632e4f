package io.barkeeper.conformance;

import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.KernelImage;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.QemuMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Boots a random machine, takes random actions, and writes down what the guest shows after each. */
final class Recorder {
    private static final Duration ACTION = Duration.ofSeconds(45);
    static final Pattern BROKEN = Pattern.compile(".*(BUG: |Oops: |general protection fault|blocked for more than).*");
    /** Firmware's or a test's entry must not outlive the rescan that it was meant for. */
    private static final String CLEAR_ALIGNMENT = "echo >/sys/bus/pci/resource_alignment\n";
    /** Waits until nothing has changed for two looks in a row: drivers may bind after a rescan or a hot-add is over. */
    static final String SETTLE = """
            last=none same=0 tries=0
            while [ $same -lt 2 ] && [ $tries -lt 60 ]; do
              now="$(cat /sys/bus/pci/devices/*/enable)"
              if [ "$now" = "$last" ]; then same=$((same + 1)); else same=0; fi
              last="$now"; tries=$((tries + 1)); usleep 100000
            done
            """;

    private final KernelImage kernel;
    private final int actions;

    Recorder(KernelImage kernel, int actions) {
        this.kernel = kernel;
        this.actions = actions;
    }

    /**
     * Records one machine.
     *
     * @return whether the machine came up and the file was written
     */
    boolean record(long seed, Path file) throws IOException {
        RandomMachine random = new RandomMachine(seed);
        Files.deleteIfExists(file);
        int done = 0;
        String last = "boot";
        try (QemuMachine machine = QemuMachine.boot(random.spec(), kernel);
                Recording.Sink sink = new Recording.Sink(
                        file,
                        new Recording.Head(
                                seed,
                                kernel.series(),
                                kernel.release(),
                                random.acpi,
                                List.copyOf(random.devices),
                                List.copyOf(random.kernelWords),
                                null))) {
            GuestView view = GuestView.parse(machine.shell().output(SETTLE + GuestView.SCRIPT));
            sink.add(new Recording.Step("boot", List.of(), "", 0, "", view.text()));
            RandomActions choice = new RandomActions(random, view);
            while (done < actions) {
                LabAction action = choice.next(view);
                last = action.text();
                long start = System.nanoTime();
                String output = perform(machine, action);
                view = GuestView.parse(machine.shell().output(after(action) + GuestView.SCRIPT));
                sink.add(new Recording.Step(
                        action.text(),
                        action.plug(),
                        action.slot(),
                        (System.nanoTime() - start) / 1_000_000,
                        output,
                        view.text()));
                done++;
                if (view.messages().stream().anyMatch(m -> BROKEN.matcher(m).matches())) {
                    System.out.println("seed " + seed + ": the guest's kernel is broken after " + action.text());
                    break;
                }
            }
        } catch (LabException e) {
            System.out.println("seed " + seed + ": ended after " + done + " actions, in " + last + ": " + briefly(e));
        }
        return Files.exists(file);
    }

    static String after(LabAction action) {
        if (action.text().startsWith("rescan")) {
            return SETTLE + CLEAR_ALIGNMENT;
        }
        return action.slot().isEmpty() ? "" : SETTLE;
    }

    private static String briefly(Exception e) {
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> !line.startsWith("qemu: ") && !line.startsWith("kernel "))
                .limit(4)
                .collect(Collectors.joining(" / "));
    }

    static String perform(QemuMachine machine, LabAction action) {
        for (String device : action.plug()) {
            machine.qmp().plug(device);
        }
        if (action.ask()) {
            machine.qmp().requestUnplug(action.unplug());
        }
        StringBuilder output = new StringBuilder();
        if (!action.script().isEmpty()) {
            GuestShell.Result result = machine.shell().run(action.script(), ACTION);
            output.append(result.stdout()).append(result.stderr());
            if (!action.unplug().isEmpty() && result.exit() != 0) {
                // The slot's power is off for pciehp already; its button takes the card out all the same.
                machine.qmp().requestUnplug(action.unplug());
            }
        }
        if (!action.arrival().isEmpty()) {
            String entry = "/proc/bus/pci/" + action.arrival().substring(5).replaceFirst(":", "/");
            machine.shell()
                    .output("tries=0; while ! [ -e " + entry + " ] && [ $tries -lt 100 ];"
                            + " do tries=$((tries + 1)); usleep 100000; done");
        }
        if (!action.unplug().isEmpty()) {
            machine.qmp()
                    .awaitEvent(
                            "DEVICE_DELETED",
                            event -> event.getAsJsonObject("data").toString().contains("\"" + action.unplug() + "\""));
        }
        return output.toString();
    }
}
