package io.barkeeper.conformance;

import io.barkeeper.lab.MachineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine and what is done to it, written down as text, for what a random machine would meet too seldom. One thing a line:
 *
 * <pre>
 * board pc                     i440FX instead of Q35
 * acpi                         firmware handles hot-plug
 * processors 2
 * word pci=hpiosize=0          a word of the kernel's command line
 * object LINE                  as after QEMU's -object
 * device LINE                  as after QEMU's -device
 * step TEXT $ SCRIPT           an action as {@code barkeeper simulate} takes it, and what the guest's shell does for it
 * step hotplug:PORT:@ &lt; LINE   a device is plugged in; more than one line for more functions, function 0 last
 * step unplug:PORT - ID        QEMU's device ID must go
 * shell SCRIPT                 no action: its output is printed
 * </pre>
 *
 * <p>What {@code remove}, {@code rescan} and {@code align} mean to the shell is known.
 */
record Story(String name, List<String> machine, List<String> steps) {
    static Story read(Path file) throws IOException {
        List<String> machine = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String text = line.strip();
            if (text.startsWith("step ") || text.startsWith("shell ")) {
                steps.add(text);
            } else if (!text.isEmpty() && !text.startsWith("#")) {
                machine.add(text);
            }
        }
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.story$", "");
        return new Story(name, machine, steps);
    }

    MachineSpec spec() {
        MachineSpec spec = new MachineSpec(name).modules("e1000e").kernelWords("pcie_port_pm=off");
        for (String line : machine) {
            String rest = line.substring(line.indexOf(' ') + 1);
            switch (line.split(" ")[0]) {
                case "board" -> spec.board(rest.equals("pc") ? MachineSpec.Board.I440FX : MachineSpec.Board.Q35);
                case "acpi" -> spec.hotPlug(MachineSpec.HotPlug.ACPI);
                case "processors" -> spec.processors(Integer.parseInt(rest));
                case "word" -> spec.kernelWords(rest);
                case "object" -> spec.object(rest);
                case "device" -> spec.device(rest);
                default -> throw new IllegalArgumentException(name + ": '" + line + "' is no part of a machine");
            }
        }
        return spec;
    }

    Recording.Head head(String series, String release) {
        List<String> devices =
                machine.stream().filter(l -> l.startsWith("device ")).toList();
        List<String> words = machine.stream().filter(l -> l.startsWith("word ")).toList();
        return new Recording.Head(0, series, release, machine.contains("acpi"), devices, words, name);
    }

    /** What a step does to a machine that looks like this. */
    static LabAction action(String step, GuestView view) {
        String line = step.substring("step ".length());
        String[] plugs = line.split(" < ");
        String[] scripted = line.split(" \\$ ", 2);
        String[] asked = line.split(" - ", 2);
        if (plugs.length > 1) {
            String text = plugs[0].strip();
            List<String> devices = List.of(plugs).subList(1, plugs.length);
            return new LabAction(text, "", devices, "", false, "slot", arrival(text, view));
        } else if (scripted.length == 2) {
            return LabAction.script(scripted[0].strip(), scripted[1]);
        } else if (asked.length == 2) {
            return new LabAction(asked[0].strip(), "", List.of(), asked[1].strip(), true, "slot", "");
        }
        return LabAction.script(line, known(line));
    }

    private static String arrival(String text, GuestView view) {
        String port = text.replaceFirst("[a-z-]+:", "").replaceFirst(":@.*", "");
        return port.contains(".") ? view.busBelow(port) + ":00.0" : port + ".0";
    }

    private static String known(String text) {
        String operand = text.substring(text.indexOf(':') + 1);
        if (text.equals("rescan")) {
            return "echo 1 >/sys/bus/pci/rescan";
        } else if (text.startsWith("rescan-bus:")) {
            return "echo 1 >/sys/class/pci_bus/" + operand + "/rescan";
        } else if (text.startsWith("rescan:") || text.startsWith("remove:")) {
            return "echo 1 >/sys/bus/pci/devices/" + operand + "/" + text.substring(0, text.indexOf(':'));
        }
        throw new IllegalArgumentException("'" + text + "' needs a script");
    }
}
