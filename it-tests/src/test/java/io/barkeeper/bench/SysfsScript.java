package io.barkeeper.bench;

import io.barkeeper.lab.LabException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Steps of a transaction as busybox's shell would take them, in {@code /sys/bus/pci/devices}. */
final class SysfsScript {
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
    private static final Pattern DRIVER = Pattern.compile("(" + ADDRESS + ")=([a-z0-9_-]+)");
    private static final Pattern SETTING = Pattern.compile("devices/([^=,{} ]+)=([^,}]*)");

    private SysfsScript() {}

    /** @param effect as the journal has it */
    static String of(String effect) {
        String kind = effect.split("[: ]", 2)[0];
        return switch (kind) {
            case "hold-awake" -> each(effect, "echo on >%1$s/power/control; echo 0 >%1$s/d3cold_allowed\n");
            case "quiesce" -> each(effect, "echo %1$s >%1$s/driver/unbind\n");
            case "decode" -> each(effect, """
                    word=$(od -An -tu1 -j4 -N1 %1$s/config)
                    printf "\\\\$(printf %%o $((word & ~3)))" | dd of=%1$s/config bs=1 seek=4 conv=notrunc 2>/dev/null
                    """);
            case "unbind-pciehp" -> each(effect, """
                    for service in /sys/bus/pci_express/drivers/pciehp/%1$s:pcie*; do
                      [ ! -e $service ] || echo ${service##*/} >/sys/bus/pci_express/drivers/pciehp/unbind
                    done
                    """);
            case "remove" -> each(effect, "echo 1 >%1$s/remove\n");
            case "rescan" ->
                ADDRESS.matcher(effect).find()
                        ? each(effect, "echo 1 >%1$s/rescan\n")
                        : "echo 1 >/sys/bus/pci/rescan\n";
            case "await-drivers" ->
                DRIVER.matcher(effect)
                        .results()
                        .map(m -> until("-e /sys/bus/pci/drivers/" + m.group(2) + "/" + m.group(1)))
                        .collect(Collectors.joining());
            case "await-attachments" ->
                each(effect, "until ls %1$s/nvme/nvme*/nvme*n1 >/dev/null 2>&1; do usleep 20000; done\n");
            case "put-back" ->
                SETTING.matcher(effect)
                        .results()
                        .map(m -> "[ ! -e " + m.group(1) + " ] || echo '" + m.group(2) + "' >" + m.group(1) + "\n")
                        .collect(Collectors.joining());
            default -> throw new LabException("no shell for the step '" + effect + "'");
        };
    }

    private static String each(String effect, String line) {
        Matcher address = ADDRESS.matcher(effect);
        return address.results().map(m -> line.formatted(m.group())).collect(Collectors.joining());
    }

    private static String until(String condition) {
        return "until [ " + condition + " ]; do usleep 20000; done\n";
    }
}
