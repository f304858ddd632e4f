package io.barkeeper.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * The hardware of a guest, in QEMU's words, before it is switched on. Mutable while it is described, read by
 * {@link QemuMachine} only.
 *
 * <p>Identifiers: {@code root port rp1} is {@code id=rp1}; what is plugged in below names it as its bus.
 */
public final class MachineSpec {
    /** Who handles hot-plug in the guest: the port's own service (pciehp) or firmware (acpiphp). */
    public enum HotPlug {
        NATIVE,
        ACPI
    }

    /** The main board: one with PCI Express, or the older i440FX, whose root bus is a conventional one with hot-plug slots. */
    public enum Board {
        Q35("q35", "pcie.0"),
        I440FX("pc", "pci.0");

        final String machine;
        final String rootBus;

        Board(String machine, String rootBus) {
            this.machine = machine;
            this.rootBus = rootBus;
        }
    }

    /**
     * A disk whose contents live in a file of the run.
     *
     * @param node QEMU's name of the block node
     * @param bytes its size
     */
    record Disk(String node, long bytes) {}

    private final String name;
    private final List<String> devices = new ArrayList<>();
    private final List<String> objects = new ArrayList<>();
    private final List<Disk> disks = new ArrayList<>();
    private final List<String> kernelWords = new ArrayList<>();
    private final List<String> modules = new ArrayList<>(List.of("nvme"));
    private final List<String> words = new ArrayList<>();
    private boolean reboots;
    private HotPlug hotPlug = HotPlug.NATIVE;
    private int chassis;
    private int rootPorts;
    private String memory = "1G";
    private Board board = Board.Q35;
    private int processors = 1;

    public MachineSpec(String name) {
        this.name = name;
    }

    /** Any device, as after {@code -device}. */
    public MachineSpec device(String device) {
        devices.add(device);
        return this;
    }

    /** A hot-plug capable root port, the n-th at device number n; properties such as {@code pref64-reserve=32M} may follow. */
    public MachineSpec rootPort(String id, String... properties) {
        chassis++;
        rootPorts++;
        return device("pcie-root-port,id=" + id + ",bus=pcie.0,addr=" + Integer.toHexString(rootPorts) + ",chassis="
                + chassis + ",slot=" + chassis + joined(properties));
    }

    /** A switch: an upstream port {@code id} below {@code bus}, and downstream ports {@code id.0} to {@code id.(ports-1)}. */
    public MachineSpec pcieSwitch(String id, String bus, int ports) {
        device("x3130-upstream,id=" + id + ",bus=" + bus);
        for (int port = 0; port < ports; port++) {
            chassis++;
            device("xio3130-downstream,id=" + id + "." + port + ",bus=" + id + ",addr=" + Integer.toHexString(port)
                    + ",chassis=" + chassis + ",slot=" + chassis);
        }
        return this;
    }

    /** An NVMe controller with one 64 MiB namespace; its serial number is its identifier. */
    public MachineSpec nvme(String id, String bus) {
        disks.add(new Disk(id + "-disk", 64L << 20));
        return device("nvme,id=" + id + ",serial=" + id + ",bus=" + bus + ",drive=" + id + "-disk");
    }

    /** A virtio disk of 64 MiB on the root bus, {@code /dev/vda} if it is the first. */
    public MachineSpec virtioDisk(String id, String slot) {
        disks.add(new Disk(id + "-disk", 64L << 20));
        modules.add("virtio_blk");
        return device("virtio-blk-pci,id=" + id + ",bus=pcie.0,addr=" + slot + ",drive=" + id + "-disk");
    }

    /** QEMU's test device: BAR 0 of 4 KiB memory, BAR 1 of 256 I/O ports, BAR 2 of the size given (64-bit, prefetchable). */
    public MachineSpec testDevice(String id, String bus, String bar2) {
        return device("pci-testdev,id=" + id + ",bus=" + bus + ",membar=" + bar2);
    }

    /**
     * A memory card: BAR 0 of 256 bytes, BAR 2 of the size given (64-bit, prefetchable), no I/O BAR. What is written to BAR 2 can
     * be read back.
     */
    public MachineSpec memoryCard(String id, String bus, String bar2) {
        objects.add("memory-backend-ram,id=" + id + "-ram,size=" + bar2);
        return device("ivshmem-plain,id=" + id + ",bus=" + bus + ",memdev=" + id + "-ram");
    }

    /** More words for the kernel's command line. */
    public MachineSpec kernelWords(String... words) {
        kernelWords.addAll(List.of(words));
        return this;
    }

    /** More words for QEMU's own command line. */
    public MachineSpec words(String... more) {
        words.addAll(List.of(more));
        return this;
    }

    /** A reboot of the guest is one, where otherwise it ends the machine. */
    public MachineSpec reboots() {
        reboots = true;
        return this;
    }

    /** More modules to load at boot. */
    public MachineSpec modules(String... names) {
        modules.addAll(List.of(names));
        return this;
    }

    public MachineSpec hotPlug(HotPlug handler) {
        hotPlug = handler;
        return this;
    }

    /** Memory as QEMU writes it, {@code 2G}. */
    public MachineSpec memory(String size) {
        memory = size;
        return this;
    }

    public MachineSpec board(Board type) {
        board = type;
        return this;
    }

    /** More than one processor only where a scene is about that: emulated guests with two hung now and then on a busy host. */
    public MachineSpec processors(int count) {
        processors = count;
        return this;
    }

    /** Any object, as after {@code -object}. */
    public MachineSpec object(String object) {
        objects.add(object);
        return this;
    }

    public String name() {
        return name;
    }

    List<String> devices() {
        return List.copyOf(devices);
    }

    List<String> objects() {
        return List.copyOf(objects);
    }

    List<Disk> disks() {
        return List.copyOf(disks);
    }

    List<String> kernelWords() {
        return List.copyOf(kernelWords);
    }

    List<String> words() {
        return List.copyOf(words);
    }

    boolean mayReboot() {
        return reboots;
    }

    List<String> modules() {
        return List.copyOf(modules);
    }

    HotPlug hotPlug() {
        return hotPlug;
    }

    String memory() {
        return memory;
    }

    Board board() {
        return board;
    }

    int processors() {
        return processors;
    }

    private static String joined(String... properties) {
        return properties.length == 0 ? "" : "," + String.join(",", properties);
    }
}
