package io.barkeeper.lab;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Machines that several scenes start from. Bus numbers are those that the firmware gives. */
public final class Machines {
    private static final Map<String, Supplier<MachineSpec>> BY_NAME =
            new TreeMap<>(Map.of("switch", Machines::withSwitch));

    private Machines() {}

    /** Names that {@link #named} knows. */
    public static Set<String> names() {
        return BY_NAME.keySet();
    }

    /** A fresh description of a machine. */
    public static MachineSpec named(String name) {
        Supplier<MachineSpec> machine = BY_NAME.get(name);
        if (machine == null) {
            throw new LabException("No machine is called '" + name + "'; there are " + names());
        }
        return machine.get();
    }

    /**
     * A switch with one empty port: root port 00:01.0, upstream port 01:00.0, downstream ports 02:00.0 to 02:03.0 with the disk
     * {@code d0} (03:00.0), the disk {@code d1} (04:00.0), a device with 64 MiB (05:00.0), and nothing (bus 06, {@code sw.3}).
     */
    public static MachineSpec withSwitch() {
        return new MachineSpec("switch")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 4)
                .nvme("d0", "sw.0")
                .nvme("d1", "sw.1")
                .testDevice("neighbour", "sw.2", "64M");
    }
}
