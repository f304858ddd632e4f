package io.barkeeper.testing;

import static io.barkeeper.testing.TreeBuilder.mib;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;

/** The machines of the lab, as real kernels showed them in QEMU. */
public final class Scenes {

    public static final PciAddress ROOT_PORT = PciAddress.parse("0000:00:01.0");
    public static final PciAddress UPSTREAM = PciAddress.parse("0000:01:00.0");
    public static final PciAddress FIRST_DISK = PciAddress.parse("0000:03:00.0");
    public static final PciAddress SECOND_DISK = PciAddress.parse("0000:04:00.0");
    public static final PciAddress NEIGHBOUR = PciAddress.parse("0000:05:00.0");
    public static final PciAddress NEWCOMER = PciAddress.parse("0000:06:00.0");

    private Scenes() {}

    /** Root port, switch with four ports: two NVMe disks, a device with 64 MiB, an empty port. */
    public static Topology switchBefore(String release) {
        return trunk(release, true)
                .port("02:02.0", "01:00.0", PortType.DOWNSTREAM_PORT, 5, 5)
                .window(ResourceKind.WINDOW_IO, 0xc000, 0x1000)
                .window(ResourceKind.WINDOW_MEM, 0xfe40_0000L, mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xf400_0000L, mib(64))
                .port("02:03.0", "01:00.0", PortType.DOWNSTREAM_PORT, 6, 6)
                .window(ResourceKind.WINDOW_MEM, 0xfe20_0000L, mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xf800_0000L, mib(2))
                .nvme("03:00.0", "02:00.0", 0xfe80_0000L)
                .nvme("04:00.0", "02:01.0", 0xfe60_0000L)
                .testDevice("05:00.0", "02:02.0", 0xfe40_0000L, 0xc000, 0xf400_0000L, mib(64))
                .build();
    }

    /**
     * The same after a device with 256 MiB was hot-added through pciehp: no room, and the kernel's second try has
     * released the I/O windows of the switch.
     */
    public static Topology switchAfter(String release) {
        return trunk(release, false)
                .port("02:02.0", "01:00.0", PortType.DOWNSTREAM_PORT, 5, 5)
                .window(ResourceKind.WINDOW_MEM, 0xfe40_0000L, mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xf400_0000L, mib(64))
                .port("02:03.0", "01:00.0", PortType.DOWNSTREAM_PORT, 6, 6)
                .window(ResourceKind.WINDOW_MEM, 0xfe20_0000L, mib(2))
                .nvme("03:00.0", "02:00.0", 0xfe80_0000L)
                .nvme("04:00.0", "02:01.0", 0xfe60_0000L)
                .testDevice("05:00.0", "02:02.0", 0xfe40_0000L, 0, 0xf400_0000L, mib(64))
                .orphan(1, ResourceKind.IO, 256)
                .testDevice("06:00.0", "02:03.0", 0xfe20_0000L, 0, 0, mib(256))
                .build();
    }

    private static TreeBuilder trunk(String release, boolean upstreamIo) {
        TreeBuilder tree = TreeBuilder.q35(release)
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 6)
                .bar(0, ResourceKind.MEM32, 0xfea0_0000L, 0x1000)
                .window(ResourceKind.WINDOW_IO, 0xc000, 0x1000)
                .window(ResourceKind.WINDOW_MEM, 0xfe20_0000L, mib(8))
                .window(ResourceKind.WINDOW_PREF, 0xf400_0000L, mib(128))
                .port("01:00.0", "00:01.0", PortType.UPSTREAM_PORT, 2, 6);
        if (upstreamIo) {
            tree.window(ResourceKind.WINDOW_IO, 0xc000, 0x1000);
        }
        return tree.window(ResourceKind.WINDOW_MEM, 0xfe20_0000L, mib(8))
                .window(ResourceKind.WINDOW_PREF, 0xf400_0000L, mib(128))
                .port("02:00.0", "01:00.0", PortType.DOWNSTREAM_PORT, 3, 3)
                .window(ResourceKind.WINDOW_MEM, 0xfe80_0000L, mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xf840_0000L, mib(2))
                .port("02:01.0", "01:00.0", PortType.DOWNSTREAM_PORT, 4, 4)
                .window(ResourceKind.WINDOW_MEM, 0xfe60_0000L, mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xf820_0000L, mib(2));
    }

    /** Two levels of switches with room in the outer window; 256 MiB hot-added into the inner one found none. */
    public static Topology innerSwitchAfter(String release) {
        TreeBuilder tree = innerSwitch(release);
        return tree.memoryCard("08:00.0", "05:02.0", 0xfde0_0000L, 0, mib(256)).build();
    }

    /** The same before: what the hot-add took was the reserve of the empty inner port. */
    public static Topology innerSwitchBefore(String release) {
        return innerSwitch(release).build();
    }

    private static TreeBuilder innerSwitch(String release) {
        TreeBuilder tree = TreeBuilder.q35(release);
        windows(
                tree.port("00:01.0", "", PortType.ROOT_PORT, 1, 9).bar(0, ResourceKind.MEM32, 0xfea0_0000L, 0x1000),
                0x1000,
                0x7000,
                0xfde0_0000L,
                0xa0_0000L,
                0x1_0000_0000L,
                mib(1024));
        windows(
                tree.port("00:02.0", "", PortType.ROOT_PORT, 10, 10).bar(0, ResourceKind.MEM32, 0xfea0_1000L, 0x1000),
                0x8000,
                0x1000,
                0xfe80_0000L,
                mib(2),
                0x1_4000_0000L,
                mib(16));
        windows(
                tree.port("01:00.0", "00:01.0", PortType.UPSTREAM_PORT, 2, 9),
                0x1000,
                0x6000,
                0xfde0_0000L,
                0xa0_0000L,
                0x1_0000_0000L,
                mib(1024));
        windows(
                tree.port("02:00.0", "01:00.0", PortType.DOWNSTREAM_PORT, 3, 3),
                0x1000,
                0x1000,
                0xfe60_0000L,
                mib(2),
                0x1_2800_0000L,
                mib(2));
        windows(
                tree.port("02:01.0", "01:00.0", PortType.DOWNSTREAM_PORT, 4, 8),
                0x2000,
                0x4000,
                0xfde0_0000L,
                mib(6),
                0x1_2000_0000L,
                mib(128));
        windows(
                tree.port("02:02.0", "01:00.0", PortType.DOWNSTREAM_PORT, 9, 9),
                0x6000,
                0x1000,
                0xfe40_0000L,
                mib(2),
                0x1_0000_0000L,
                mib(2));
        tree.nvme("03:00.0", "02:00.0", 0xfe60_0000L);
        windows(
                tree.port("04:00.0", "02:01.0", PortType.UPSTREAM_PORT, 5, 8),
                0x2000,
                0x3000,
                0xfde0_0000L,
                mib(6),
                0x1_2000_0000L,
                mib(128));
        windows(
                tree.port("05:00.0", "04:00.0", PortType.DOWNSTREAM_PORT, 6, 6),
                0x2000,
                0x1000,
                0xfe20_0000L,
                mib(2),
                0x1_2420_0000L,
                mib(2));
        windows(
                tree.port("05:01.0", "04:00.0", PortType.DOWNSTREAM_PORT, 7, 7),
                0x3000,
                0x1000,
                0xfe00_0000L,
                mib(2),
                0x1_2000_0000L,
                mib(64));
        tree.port("05:02.0", "04:00.0", PortType.DOWNSTREAM_PORT, 8, 8)
                .window(ResourceKind.WINDOW_IO, 0x4000, 0x1000)
                .window(ResourceKind.WINDOW_MEM, 0xfde0_0000L, mib(2));
        return tree.nvme("06:00.0", "05:00.0", 0xfe20_0000L)
                .memoryCard("07:00.0", "05:01.0", 0xfe00_0000L, 0x1_2000_0000L, mib(64))
                .memoryCard("0a:00.0", "00:02.0", 0xfe80_0000L, 0x1_4000_0000L, mib(16));
    }

    private static void windows(
            TreeBuilder tree, long io, long ioSize, long mem, long memSize, long pref, long prefSize) {
        tree.window(ResourceKind.WINDOW_IO, io, ioSize)
                .window(ResourceKind.WINDOW_MEM, mem, memSize)
                .window(ResourceKind.WINDOW_PREF, pref, prefSize);
    }

    /**
     * Two cards of 64 MiB and a switch window of 128 MiB, of which the disks' ports take a part: room for one. The
     * newcomer sits in the lower slot.
     */
    public static Topology thiefAfter(String release) {
        return trunk(release, true)
                .port("02:02.0", "01:00.0", PortType.DOWNSTREAM_PORT, 5, 5)
                .window(ResourceKind.WINDOW_MEM, 0xfe40_0000L, mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xf400_0000L, mib(64))
                .port("02:03.0", "01:00.0", PortType.DOWNSTREAM_PORT, 6, 6)
                .window(ResourceKind.WINDOW_MEM, 0xfe20_0000L, mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xf800_0000L, mib(2))
                .nvme("03:00.0", "02:00.0", 0xfe80_0000L)
                .memoryCard("04:00.0", "02:01.0", 0xfe60_0000L, 0, mib(64))
                .memoryCard("05:00.0", "02:02.0", 0xfe40_0000L, 0xf400_0000L, mib(64))
                .nvme("06:00.0", "02:03.0", 0xfe20_0000L)
                .build();
    }

    /** An empty port of the switch got a device that is larger than any aperture. */
    public static Topology noRoom(String release) {
        return trunk(release, true)
                .port("02:03.0", "01:00.0", PortType.DOWNSTREAM_PORT, 6, 6)
                .window(ResourceKind.WINDOW_MEM, 0xfe20_0000L, mib(2))
                .nvme("03:00.0", "02:00.0", 0xfe80_0000L)
                .nvme("04:00.0", "02:01.0", 0xfe60_0000L)
                .memoryCard("06:00.0", "02:03.0", 0xfe20_0000L, 0, mib(64 * 1024))
                .build();
    }

    /** Two root ports, one with a disk; the other, empty, has windows as the firmware left them. */
    public static Topology diskAndEmptyPort(String release) {
        return TreeBuilder.bare(release)
                .aperture(true, 0x1000, 0x3000)
                .aperture(false, 0xc000_0000L, TreeBuilder.mib(64))
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 1)
                .window(ResourceKind.WINDOW_IO, 0x1000, 0x1000)
                .window(ResourceKind.WINDOW_MEM, 0xc000_0000L, TreeBuilder.mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xc100_0000L, TreeBuilder.mib(2))
                .nvme("01:00.0", "00:01.0", 0xc000_0000L)
                .port("00:02.0", "", PortType.ROOT_PORT, 2, 2)
                .window(ResourceKind.WINDOW_IO, 0x2000, 0x1000)
                .window(ResourceKind.WINDOW_MEM, 0xc040_0000L, TreeBuilder.mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xc120_0000L, TreeBuilder.mib(2))
                .build();
    }
}
