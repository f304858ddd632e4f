package io.barkeeper.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Devices as QEMU describes them, chosen so that small and huge BARs, I/O BARs, ROMs and VF BARs all occur. */
final class RandomDevice {
    /** Subsystems for controllers with virtual functions, which must exist before the machine is switched on. */
    static final int SUBSYSTEMS = 6;

    private static final String[] SIZES = {
        "64K", "256K", "1M", "2M", "4M", "8M", "16M", "32M", "64M", "128M", "256M", "512M", "1G", "2G", "4G", "8G"
    };

    private final Random random;
    private int named;
    private int subsystems;

    RandomDevice(Random random) {
        this.random = random;
    }

    /** A new identifier. */
    String name(String kind) {
        return kind + ++named;
    }

    /** A size between 64 KiB and 8 GiB, each power of two in between as likely, the largest ones less so. */
    String size() {
        int index = random.nextInt(SIZES.length);
        if (index > 11 && random.nextInt(3) > 0) {
            index = random.nextInt(12);
        }
        return SIZES[index];
    }

    /**
     * One function.
     *
     * @param place {@code bus=…}, with an address where the bus has many
     * @param express whether the bus is PCI Express
     */
    String function(String place, boolean express) {
        int kind = random.nextInt(100);
        if (kind < 50) {
            return "pci-testdev,id=" + name("t") + "," + place + ",membar=" + size();
        } else if (kind < 54) {
            return "pci-testdev,id=" + name("t") + "," + place;
        } else if (kind < 62) {
            return "edu,id=" + name("edu") + "," + place;
        } else if (!express) {
            return "e1000,id=" + name("nic") + "," + place;
        } else if (kind < 72) {
            return "e1000e,id=" + name("nic") + "," + place;
        } else if (kind < 78) {
            return (random.nextBoolean() ? "megasas-gen2" : "vmxnet3") + ",id=" + name("m") + "," + place;
        } else if (kind < 88 || subsystems == SUBSYSTEMS) {
            String memory = random.nextInt(3) == 0 ? ",cmb_size_mb=" + (1 << random.nextInt(6)) : "";
            String id = name("n");
            return "nvme,id=" + id + ",serial=" + id + "," + place + memory;
        }
        String id = name("n");
        int functions = 1 + random.nextInt(6);
        return "nvme,id=" + id + ",serial=" + id + "," + place + ",subsys=subsys" + subsystems++ + ",sriov_max_vfs="
                + functions + ",sriov_vq_flexible=" + 2 * functions + ",sriov_vi_flexible=" + functions
                + ",max_ioqpairs=" + (2 * functions + 4) + ",msix_qsize=" + (functions + 4);
    }

    /** QEMU's test device, with an I/O BAR and a large one. */
    String testDevice(String bus) {
        return "pci-testdev,id=" + name("t") + ",bus=" + bus + ",membar=" + SIZES[2 + random.nextInt(10)];
    }

    /** What goes into a PCI Express slot: the functions in the order in which they must be plugged, function 0 last. */
    List<String> card(String bus) {
        List<String> functions = new ArrayList<>();
        if (random.nextInt(6) == 0) {
            int more = 1 + random.nextInt(3);
            for (int function = more; function > 0; function--) {
                functions.add(function("bus=" + bus + ",addr=0." + function, true));
            }
            functions.add(function("bus=" + bus + ",addr=0.0,multifunction=on", true));
        } else {
            functions.add(function("bus=" + bus, true));
        }
        return functions;
    }
}
