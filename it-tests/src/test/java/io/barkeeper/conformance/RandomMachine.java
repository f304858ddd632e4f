package io.barkeeper.conformance;

import io.barkeeper.lab.MachineSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A machine made up from a seed; the same seed makes the same machine. A q35 board with root ports (some with firmware's
 * reserve hints, some several in one device), below them nothing, a card, switches of one and two levels or conventional
 * bridges; sometimes another root bus, cards on the root bus, a VGA card, words on the kernel's command line.
 */
public final class RandomMachine {
    /**
     * A slot that a card can be plugged into while the machine runs.
     *
     * @param bus QEMU's name of the bus below the port
     * @param path device and function numbers from the root bus down to the port, {@code 00/01.0/00.0/02.0}
     */
    record Slot(String bus, String path) {}

    /** What sits below a port. */
    private enum Below {
        ANYTHING,
        SWITCH,
        CARD
    }

    final long seed;
    /** A switch full of cards with I/O BARs, and mostly hot-plug: the kernel's retry takes windows of neighbours. */
    final boolean crowded;

    /**
     * A crowded machine without reserves, whose cards are all test devices with an I/O BAR: nearly each hot-add takes
     * something away from a neighbour.
     */
    final boolean harsh;

    final boolean acpi;
    final List<String> devices = new ArrayList<>();
    final List<String> kernelWords = new ArrayList<>();
    final List<Slot> slots = new ArrayList<>();
    /** QEMU's identifier of function 0 of the card in a slot, by the slot's bus. */
    final Map<String, String> occupied = new LinkedHashMap<>();

    final RandomDevice cards;
    private final Random random;
    private final String memory;
    private int chassis;
    private int ports;

    public RandomMachine(long seed) {
        this.seed = seed;
        random = new Random(seed * 0x9e3779b97f4a7c15L + 17);
        cards = new RandomDevice(random);
        harsh = seed % 4 == 3;
        acpi = random.nextInt(100) < (harsh ? 0 : 30);
        crowded = random.nextInt(4) > 0 || harsh;
        memory = random.nextInt(3) == 0 ? "2G" : "1G";
        for (int i = 0; i < RandomDevice.SUBSYSTEMS; i++) {
            devices.add("nvme-subsys,id=subsys" + i);
        }
        rootBus();
        if (random.nextInt(6) == 0) {
            otherRootBus();
        }
        if (random.nextInt(harsh ? 12 : 4) == 0) {
            kernelWords.add(pciWord());
        }
        if (seed % 8 == 6) {
            reservedMemory();
        }
    }

    public long seed() {
        return seed;
    }

    /** How many PCI functions it has when it is switched on, without those that firmware or a guest adds. */
    public int functions() {
        return devices.size() - RandomDevice.SUBSYSTEMS;
    }

    /** The machine in the lab's words. */
    public MachineSpec spec() {
        MachineSpec spec = new MachineSpec("random-" + seed)
                .hotPlug(acpi ? MachineSpec.HotPlug.ACPI : MachineSpec.HotPlug.NATIVE)
                .memory(memory)
                .modules("e1000e")
                .kernelWords("pcie_port_pm=off")
                .kernelWords(kernelWords.toArray(new String[0]));
        devices.forEach(spec::device);
        return spec;
    }

    /** A reserved piece in the middle of the low aperture, in a map of memory that placement is told to honour. */
    private void reservedMemory() {
        kernelWords.add("pci=use_e820");
        kernelWords.add("memmap=" + (1 + random.nextInt(64)) + "M$0x9" + random.nextInt(10) + "100000");
    }

    private String pciWord() {
        String[] words = {
            "pci=realloc",
            "pci=realloc=off",
            "pci=hpiosize=0",
            "pci=hpiosize=8K",
            "pci=hpmmiosize=8M",
            "pci=hpmmioprefsize=64M",
            "pci=hpmemsize=4M",
            "pci=hpmmiosize=0,hpmmioprefsize=0",
            "pci=hpmmiosize=0,hpmmioprefsize=0,hpiosize=0",
            "pci=hpbussize=4"
        };
        return words[random.nextInt(words.length)];
    }

    private void rootBus() {
        int rootPorts = 1 + random.nextInt(4);
        boolean several = random.nextInt(5) == 0;
        for (int port = 0; port < rootPorts; port++) {
            String address = several ? "02." + port : "0" + (2 + port) + ".0";
            port(
                    "pcie.0",
                    "00",
                    address,
                    several && port == 0 ? ",multifunction=on" : "",
                    crowded && port == 0 ? Below.SWITCH : Below.ANYTHING);
        }
        int own = random.nextInt(3);
        for (int i = 0; i < own; i++) {
            devices.add(cards.function("bus=pcie.0,addr=" + Integer.toHexString(0x10 + i), random.nextBoolean()));
        }
        if (random.nextInt(6) == 0) {
            devices.add("VGA,id=vga,bus=pcie.0,addr=14");
        }
    }

    private void otherRootBus() {
        devices.add("pxb-pcie,id=pxb,bus_nr=64,bus=pcie.0,addr=18");
        int rootPorts = 1 + random.nextInt(2);
        for (int port = 0; port < rootPorts; port++) {
            // A root bus on which nothing needs room gets no apertures at all.
            port("pxb", "40", "0" + port + ".0", "", port == 0 ? Below.CARD : Below.ANYTHING);
        }
    }

    private void port(String bus, String root, String address, String more, Below wanted) {
        chassis++;
        String id = "rp" + ++ports;
        StringBuilder line = new StringBuilder("pcie-root-port,id=" + id + ",bus=" + bus + ",addr=" + address
                + ",chassis=" + chassis + ",slot=" + chassis + more);
        boolean fixed = random.nextInt(10) == 0;
        if (fixed) {
            line.append(",hotplug=off");
        }
        reserves(line);
        int place = devices.size();
        below(new Slot(id, root + "/" + address), fixed, 2, wanted);
        boolean leaf = devices.stream().skip(place).noneMatch(d -> d.contains("-bridge") || d.contains("x3130"));
        if (leaf && random.nextInt(100) < 40) {
            // Firmware gives a port no more numbers than this, even when it has more buses behind it.
            line.append(",bus-reserve=").append(pick("1", "2", "4"));
        }
        devices.add(place, line.toString());
    }

    private void reserves(StringBuilder line) {
        if (harsh) {
            return;
        }
        if (random.nextInt(100) < 25) {
            line.append(",pref64-reserve=").append(pick("16M", "64M", "256M", "1G", "4G"));
        }
        if (random.nextInt(100) < 20) {
            line.append(",mem-reserve=").append(pick("2M", "4M", "16M", "64M"));
        }
        if (random.nextInt(100) < 20) {
            line.append(",io-reserve=").append(pick("0", "4K", "8K"));
        }
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }

    private void below(Slot slot, boolean fixed, int levels, Below wanted) {
        int kind = wanted == Below.ANYTHING ? random.nextInt(100) : wanted == Below.SWITCH ? 0 : 60;
        if (kind < 38 && levels > 0) {
            pcieSwitch(slot, levels);
        } else if (kind < 50) {
            conventional(slot);
        } else if (kind < 80) {
            List<String> card = cards.card(slot.bus());
            devices.addAll(card);
            occupied.put(slot.bus(), identifier(card.get(card.size() - 1)));
            hotPlug(slot, fixed);
        } else {
            hotPlug(slot, fixed);
        }
    }

    private void testDevice(Slot slot) {
        String id = cards.name("t");
        devices.add(
                "pci-testdev,id=" + id + ",bus=" + slot.bus() + ",membar=" + pick("1M", "4M", "16M", "64M", "256M"));
        occupied.put(slot.bus(), id);
        slots.add(slot);
    }

    private void hotPlug(Slot slot, boolean fixed) {
        if (!fixed) {
            slots.add(slot);
        }
    }

    /** The identifier in a device's description. */
    static String identifier(String device) {
        int at = device.indexOf(",id=") + 4;
        int end = device.indexOf(',', at);
        return device.substring(at, end < 0 ? device.length() : end);
    }

    private void pcieSwitch(Slot slot, int levels) {
        String id = "sw" + ++ports;
        devices.add("x3130-upstream,id=" + id + ",bus=" + slot.bus());
        int downstream = harsh ? 5 : crowded && levels == 2 ? 4 : 1 + random.nextInt(levels == 2 ? 4 : 2);
        for (int port = 0; port < downstream; port++) {
            chassis++;
            String below = id + "." + port;
            devices.add("xio3130-downstream,id=" + below + ",bus=" + id + ",addr=" + port + ".0,chassis=" + chassis
                    + ",slot=" + chassis);
            Slot inner = new Slot(below, slot.path() + "/00.0/0" + port + ".0");
            if (crowded && levels == 2 && port < 2) {
                testDevice(inner);
            } else if (harsh && levels == 2) {
                slots.add(inner);
            } else {
                below(inner, false, levels - 1, Below.ANYTHING);
            }
        }
    }

    private void conventional(Slot slot) {
        String id = "pb" + ++ports;
        devices.add("pcie-pci-bridge,id=" + id + ",bus=" + slot.bus());
        int functions = 1 + random.nextInt(3);
        for (int i = 1; i <= functions; i++) {
            if (random.nextInt(4) == 0) {
                chassis++;
                String inner = "cb" + ++ports;
                devices.add("pci-bridge,id=" + inner + ",bus=" + id + ",addr=" + i + ",chassis_nr=" + chassis
                        + ",shpc=off");
                for (int j = 1 + random.nextInt(2); j > 0; j--) {
                    devices.add(cards.function("bus=" + inner + ",addr=" + j, false));
                }
            } else {
                devices.add(cards.function("bus=" + id + ",addr=" + i, false));
            }
        }
    }
}
