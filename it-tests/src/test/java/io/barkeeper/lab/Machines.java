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
            "two-root-buses", Machines::withTwoRootBuses,
            "two-empty-ports", Machines::withTwoEmptyPorts,
            "network-card", Machines::withNetworkCard,
            "small-neighbour", Machines::withSmallNeighbour,
            "many-disks", Machines::withManyDisks,
            "virtual-functions", Machines::withVirtualFunctions,
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

    /**
     * Two root buses with the same trouble to come. Behind root port 00:01.0 a switch: the disk {@code d0} (03:00.0), memory cards
     * of 32 MiB {@code small} (04:00.0) and of 64 MiB {@code middle} (05:00.0), and a {@code filler} of 128 MiB in {@code sw.3}
     * (bus 06). On root bus 40 root ports with the same cards: {@code far-small} (41:00.0), {@code far-middle} (42:00.0) and
     * {@code far-filler} in {@code q2} (bus 43). No device has I/O BARs.
     */
    public static MachineSpec withTwoRootBuses() {
        MachineSpec spec = new MachineSpec("two-root-buses")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 4)
                .nvme("d0", "sw.0")
                .memoryCard("small", "sw.1", "32M")
                .memoryCard("middle", "sw.2", "64M")
                .memoryCard("filler", "sw.3", "128M")
                .device("pxb-pcie,id=pxb,bus_nr=64,bus=pcie.0,addr=18");
        for (int port = 0; port < 3; port++) {
            int number = 20 + port;
            spec.device(
                    "pcie-root-port,id=q" + port + ",bus=pxb,addr=" + port + ",chassis=" + number + ",slot=" + number);
        }
        return spec.memoryCard("far-small", "q0", "32M")
                .memoryCard("far-middle", "q1", "64M")
                .memoryCard("far-filler", "q2", "128M");
    }

    /**
     * A switch with two empty ports, as soon as {@link #wedgeSwitch} has been there: the disk {@code d0} (03:00.0), memory cards of
     * 32 MiB {@code small} (04:00.0) and of 64 MiB {@code middle} (05:00.0), {@code filler} of 128 MiB in {@code sw.3} (bus 06), and
     * nothing (bus 07, {@code sw.4}). No device has I/O BARs.
     */
    public static MachineSpec withTwoEmptyPorts() {
        return new MachineSpec("two-empty-ports")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 5)
                .nvme("d0", "sw.0")
                .memoryCard("small", "sw.1", "32M")
                .memoryCard("middle", "sw.2", "64M")
                .memoryCard("filler", "sw.3", "128M");
    }

    /**
     * A switch whose upstream port has one I/O window of 4 KiB and a neighbour that uses it: the disk {@code d0} (03:00.0), the disk
     * {@code d1} (04:00.0), the network card {@code nic} with an I/O BAR (05:00.0), and nothing (bus 06, {@code sw.3}).
     */
    public static MachineSpec withNetworkCard() {
        return new MachineSpec("network-card")
                .modules("e1000e")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 4)
                .nvme("d0", "sw.0")
                .nvme("d1", "sw.1")
                .device("e1000e,id=nic,bus=sw.2");
    }

    /** {@link #withSwitch} with a neighbour of 4 MiB only. */
    public static MachineSpec withSmallNeighbour() {
        return new MachineSpec("small-neighbour")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 4)
                .nvme("d0", "sw.0")
                .nvme("d1", "sw.1")
                .testDevice("neighbour", "sw.2", "4M");
    }

    /**
     * A switch with the disk {@code d0} (03:00.0), a card (04:00), and nothing (bus 05, {@code sw.2}). The card's function 0 is an NVMe
     * controller that may have 127 virtual functions with 16 KiB each, its function 1 a test device with 4 KiB and an I/O BAR. The
     * kernel keeps firmware's windows: its second try at boot, for the sake of the VF BARs, is switched off.
     */
    public static MachineSpec withVirtualFunctions() {
        return new MachineSpec("virtual-functions")
                .kernelWords("pci=realloc=off")
                .device("nvme-subsys,id=vfs")
                .rootPort("rp")
                .pcieSwitch("sw", "rp", 3)
                .nvme("d0", "sw.0")
                .device("nvme,id=pf,serial=pf,bus=sw.1,addr=0.0,multifunction=on,subsys=vfs,sriov_max_vfs=127,"
                        + "sriov_vq_flexible=254,sriov_vi_flexible=127,max_ioqpairs=258,msix_qsize=131")
                .device("pci-testdev,id=second,bus=sw.1,addr=0.1");
    }

    /**
     * A switch with 25 NVMe controllers {@code n0} to {@code n24} (03:00.0 to 1b:00.0) and a memory card {@code filler} of 16 MiB in
     * {@code sw.25} (1c:00.0), which only makes firmware give the switch a wider window.
     */
    public static MachineSpec withManyDisks() {
        MachineSpec spec = new MachineSpec("many-disks").rootPort("rp").pcieSwitch("sw", "rp", 26);
        for (int disk = 0; disk < 25; disk++) {
            spec.nvme("n" + disk, "sw." + disk);
        }
        return spec.memoryCard("filler", "sw.25", "16M");
    }

    /**
     * Takes the filler below the switch out and has the small card found anew, so that it lands at the start of the hole: what is
     * left of that is large enough for another 128 MiB, and nowhere aligned to them.
     */
    public static void wedgeSwitch(QemuMachine machine) {
        wedge(machine, "filler", "0000:02:03.0", "0000:02:01.0", "0000:02:00.0");
    }

    /** The same on root bus 40 of {@link #withTwoRootBuses}. */
    public static void wedgeFarRootBus(QemuMachine machine) {
        wedge(machine, "far-filler", "0000:40:02.0", "0000:40:00.0", "0000:40:01.0");
    }

    private static void wedge(QemuMachine machine, String filler, String emptied, String small, String survivor) {
        machine.qmp().unplug(filler);
        machine.shell().output("""
                cd /sys/bus/pci/devices
                printf '\\377\\377\\0\\0' | dd of=%1$s/config bs=4 seek=9 conv=notrunc
                printf '\\377\\377\\377\\377\\0\\0\\0\\0' | dd of=%1$s/config bs=4 seek=10 conv=notrunc
                echo 1 >%1$s/remove
                echo 1 >%2$s/remove
                echo 1 >%3$s/rescan
                """.formatted(emptied, small, survivor));
    }
}
