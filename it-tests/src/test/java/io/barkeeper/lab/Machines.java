package io.barkeeper.lab;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Machines that several scenes start from. Bus numbers are those that the firmware gives. */
public final class Machines {
    private static final Map<String, Supplier<MachineSpec>> BY_NAME = new TreeMap<>(Map.of(
            "switch", Machines::withSwitch,
            "inner-switch", Machines::withInnerSwitch,
            "thief", Machines::forThief,
            "root-port", Machines::withRootPort));

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

    /**
     * A switch below a switch. Root port 00:01.0, outer upstream port 01:00.0 with three ports: 02:00.0 with the disk {@code d0}
     * (03:00.0), 02:01.0 with the inner switch, 02:02.0 with a memory card {@code filler} of 512 MiB. Inner upstream port 04:00.0 with
     * the disk {@code d1} (06:00.0), a memory card of 64 MiB (07:00.0), and nothing (bus 08, {@code inner.2}). Another root port
     * 00:02.0 has a memory card of 16 MiB. No device has I/O BARs.
     *
     * <p>The filler only makes firmware give the outer switch a wide window; {@link #makeRoomInOuterWindow} takes it out.
     */
    public static MachineSpec withInnerSwitch() {
        return new MachineSpec("inner-switch")
                .rootPort("rp")
                .pcieSwitch("outer", "rp", 3)
                .nvme("d0", "outer.0")
                .pcieSwitch("inner", "outer.1", 3)
                .memoryCard("filler", "outer.2", "512M")
                .nvme("d1", "inner.0")
                .memoryCard("neighbour", "inner.1", "64M")
                .rootPort("rp2")
                .memoryCard("elsewhere", "rp2", "16M");
    }

    /**
     * Leaves a hole of about 512 MiB in the outer switch's window: the filler is unplugged, and its port is found anew with
     * closed windows, since up to 6.18 a port never comes back smaller than its registers say.
     */
    public static void makeRoomInOuterWindow(QemuMachine machine) {
        machine.qmp().unplug("filler");
        machine.shell().output("""
                port=/sys/bus/pci/devices/0000:02:02.0
                printf '\\377\\377\\0\\0' | dd of=$port/config bs=4 seek=9 conv=notrunc
                printf '\\377\\377\\377\\377\\0\\0\\0\\0' | dd of=$port/config bs=4 seek=10 conv=notrunc
                printf '\\360\\377\\0\\0' | dd of=$port/config bs=4 seek=8 conv=notrunc
                echo 1 >$port/remove
                echo 1 >/sys/bus/pci/devices/0000:01:00.0/rescan
                """);
    }

    /**
     * A switch like {@link #withSwitch}, its second port empty: the disk {@code d0} (03:00.0), nothing (bus 04, {@code sw.1}), a
     * memory card of 64 MiB (05:00.0), the disk {@code d1} (06:00.0). The upstream port's window of 128 MiB has no room for a second
     * device with 64 MiB beside the 2 MiB windows of the other ports.
     */
    public static MachineSpec forThief() {
        return new MachineSpec("thief")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 4)
                .nvme("d0", "sw.0")
                .memoryCard("neighbour", "sw.2", "64M")
                .nvme("d1", "sw.3");
    }

    /** An empty root port {@code rp} (00:01.0, bus 01). */
    public static MachineSpec withRootPort() {
        return new MachineSpec("root-port").rootPort("rp");
    }
}
