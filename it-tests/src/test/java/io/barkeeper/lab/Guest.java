package io.barkeeper.lab;

import java.util.List;
import java.util.function.Supplier;

/** What a scene does with a running guest, and what it may look at. Everything here comes from the guest itself, not the agent. */
public final class Guest {

    private final QemuMachine machine;
    private final AgentInGuest agent;

    public Guest(QemuMachine machine) {
        this.machine = machine;
        agent = new AgentInGuest(machine.shell());
    }

    public QemuMachine machine() {
        return machine;
    }

    public AgentInGuest agent() {
        return agent;
    }

    /** Standard output of a shell script that must succeed. */
    public String sh(String script) {
        return machine.shell().output(script);
    }

    /** The PCI functions now. */
    public PciState pci() {
        return PciState.parse(sh(PciState.SCRIPT));
    }

    /** The kernel log. */
    public String kernelLog() {
        return sh("dmesg");
    }

    /** Plugs QEMU's test device in (see {@link MachineSpec#testDevice}); the kernel is not done yet when this returns. */
    public void plugTestDevice(String id, String bus, String bar2) {
        machine.qmp().plug("pci-testdev,id=" + id + ",bus=" + bus + ",membar=" + bar2);
    }

    /** Waits until the kernel has finished adding a device, for good or ill: its entry below {@code /proc/bus/pci} is made last. */
    public void awaitAdded(String address) {
        String entry = "/proc/bus/pci/" + address.substring(5, 7) + "/" + address.substring(8);
        await(
                "the kernel's own attempt at " + address,
                () -> machine.shell().run("test -e " + entry).exit() == 0
                        ? List.of()
                        : List.of(entry + " is not there"));
    }

    /** Waits until nothing is missing any more, no longer than {@link Patience}, and prints how long it took. */
    public void await(String what, Supplier<List<String>> missing) {
        Patience.await("[" + machine.kernel() + "] ", what, missing);
    }

    /** The block device whose controller has this serial number, {@code /dev/nvme0n1}; empty where there is none. */
    public String disk(String serial) {
        return sh("""
                for disk in /sys/block/nvme*; do
                  name=${disk##*/}
                  if [ -b /dev/$name ] && grep -q '^%s *$' $disk/device/serial; then echo /dev/$name; fi
                done
                """.formatted(serial)).trim();
    }

    /** Fills the first MiB of a disk with a pattern of its own. */
    public void writePattern(String serial) {
        sh(pattern(serial) + " | dd of=" + disk(serial) + " bs=64k conv=fsync,notrunc 2>/dev/null");
    }

    /** What differs from the pattern: nothing, or one line. The disk is read, not the page cache. */
    public List<String> patternTrouble(String serial) {
        String disk = disk(serial);
        if (disk.isEmpty()) {
            return List.of("disk " + serial + " is not there");
        }
        String seen = sh("echo 1 >/proc/sys/vm/drop_caches; head -c 1048576 " + disk + " | sha256sum");
        String written = sh(pattern(serial) + " | sha256sum");
        return seen.equals(written) ? List.of() : List.of("disk " + serial + " does not hold its pattern");
    }

    /** Mounts a new file system of a disk at {@code /mnt/data}, in a mount namespace that only one sleeping process is in. */
    public void mountElsewhere(String serial) {
        sh("mke2fs -F " + disk(serial)
                + " >/dev/null && mkdir -p /mnt/data && modprobe ext4 && { setsid unshare -m sh -c"
                + " 'mount -t ext4 " + disk(serial) + " /mnt/data && echo kept >/mnt/data/file && echo $$ >/tmp/mounted"
                + " && exec sleep 100000' >/tmp/mount.log 2>&1 & }");
        await(
                "the mount of " + serial,
                () -> machine.shell().run("test -e /tmp/mounted").exit() == 0
                        ? List.of()
                        : List.of(sh("cat /tmp/mount.log")));
    }

    /** Ends the mount by ending the process that keeps it. */
    public void unmountElsewhere() {
        sh("kill $(cat /tmp/mounted)");
        await(
                "the end of the mount",
                () -> machine.shell().run("kill -0 $(cat /tmp/mounted)").exit() == 0
                        ? List.of("the process that keeps it still runs")
                        : List.of());
    }

    /** Puts a pattern into a file of the mounted file system. */
    public void writeMountedPattern() {
        inMount(pattern("mount") + " >/mnt/data/pattern && sync");
    }

    /** What differs from the pattern in the mounted file system. The disk is read, not the page cache. */
    public List<String> mountedPatternTrouble() {
        String seen = inMount("echo 1 >/proc/sys/vm/drop_caches; sha256sum </mnt/data/pattern");
        return seen.equals(sh(pattern("mount") + " | sha256sum"))
                ? List.of()
                : List.of("the mounted file has changed: " + seen);
    }

    private String inMount(String script) {
        return sh("nsenter -t $(cat /tmp/mounted) -m sh -c '" + script.replace("'", "'\\''") + "'");
    }

    /** Starts to note every uevent of the kernel. */
    public void recordUevents() {
        sh("setsid uevent env >>/tmp/uevents 2>&1 & sleep 1");
    }

    /** Empties the notes that {@link #recordUevents} began. */
    public void forgetUevents() {
        sh("echo >/tmp/uevents");
    }

    /** The uevents noted since {@link #recordUevents}, as variables, one a line. */
    public String uevents() {
        return sh("cat /tmp/uevents");
    }

    /** Starts to note every write to sysfs by anybody, with a kprobe on {@code kernfs_fop_write_iter}. */
    public void recordSysfsWrites() {
        sh("""
                cd /sys/kernel/tracing
                echo 1 >options/record-tgid
                echo 'p:lab/kernfs_write kernfs_fop_write_iter' >kprobe_events
                echo 1 >events/lab/kernfs_write/enable
                echo >trace
                """);
    }

    /** The writes noted since {@link #recordSysfsWrites}; the lab itself makes none meanwhile. */
    public List<String> sysfsWrites() {
        return sh("grep -v '^#' /sys/kernel/tracing/trace || true").lines().toList();
    }

    private static String pattern(String serial) {
        return "yes 'pattern of " + serial + "' | head -c 1048576";
    }
}
