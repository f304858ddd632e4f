package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.KernelLog;
import io.barkeeper.snapshot.ListOrder;
import io.barkeeper.snapshot.ReadNotes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a whole machine from sysfs, procfs and the kernel log, below any root. It never writes, and never reads the
 * config space of a suspended function, which would wake it.
 *
 * <p>A machine may change while it is read. When something that was listed is gone, or the list of functions is another
 * one at the end, the reading starts anew, at most three times.
 */
public final class SysfsReader implements TopologySource {

    private static final int MOST_ATTEMPTS = 3;

    private final SysfsTree tree;
    private final LogSource log;

    private SysfsReader(SysfsTree tree) {
        this.tree = tree;
        this.log = new LogSource(tree);
    }

    /**
     * A reader below a root.
     *
     * @param root {@code /} for the running machine, otherwise a directory with {@code sys}, {@code proc} and
     *     {@code dmesg}
     * @throws MachineException {@code BK-NOT-A-SYSROOT} when there is no {@code sys/bus/pci/devices} below it
     */
    public static SysfsReader open(Path root) throws MachineException {
        return open(new SysfsTree(root));
    }

    static SysfsReader open(SysfsTree tree) throws MachineException {
        if (!tree.exists(tree.path("sys/bus/pci/devices"))) {
            String what = tree.isLive()
                    ? "this machine shows no PCI bus: /sys/bus/pci/devices is missing. Is sysfs mounted?"
                    : tree.root()
                            + " is no captured tree: it has no sys/bus/pci/devices. Name the directory that holds "
                            + "the captured sys, proc and dmesg, unpacked";
            throw new MachineException("BK-NOT-A-SYSROOT", what);
        }
        return new SysfsReader(tree);
    }

    /**
     * Reads the machine as it is now.
     *
     * @param earlier a topology of the same machine; it supplies sizes that the kernel no longer shows, and is left
     *     aside when it is from another boot
     * @throws MachineException {@code BK-MACHINE-CHANGING} when it changed three times while it was read,
     *     {@code BK-CONFIG-TRUNCATED}, {@code BK-BAD-ATTRIBUTE} or {@code BK-UNREADABLE} when a file cannot be made
     *     sense of
     */
    @Override
    public Observation read(Optional<Topology> earlier) throws MachineException {
        String last = "";
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                return readOnce(earlier);
            } catch (VanishedException e) {
                last = e.getMessage();
            }
        }
        String advice = tree.isLive()
                ? "Wait until the hot-plug is over and try again"
                : "In a captured tree that means that the capture is not complete";
        throw new MachineException(
                "BK-MACHINE-CHANGING",
                "the machine changed " + MOST_ATTEMPTS + " times while it was read; the last thing that vanished is "
                        + last + ". " + advice);
    }

    private Observation readOnce(Optional<Topology> earlier) throws VanishedException, MachineException {
        tree.restart();
        ReadNotes.Collector notes = new ReadNotes.Collector();
        KernelLog messages = log.read(notes);
        KernelIdentity kernel = new KernelSource(tree).read(messages);
        Optional<Topology> usable = earlier.filter(e ->
                !kernel.bootId().isEmpty() && kernel.bootId().equals(e.kernel().bootId()));
        List<String> names = tree.names(tree.path("sys/bus/pci/devices"));
        List<PciFunction> functions = functions(names, new Context(kernel, messages, usable, notes));
        IoMapSource maps = new IoMapSource(tree, notes);
        List<HostBridge> hosts = new HostSource(tree, messages, maps, notes).read(functions);
        List<Reservation> reserved = maps.reservations(hosts);
        if (!names.equals(tree.names(tree.path("sys/bus/pci/devices")))) {
            throw new VanishedException("the list of functions itself");
        }
        String alignment =
                tree.text(tree.path("sys/bus/pci/resource_alignment")).orElse("");
        try {
            Topology topology =
                    Topology.of(kernel, hosts, reserved, messages.firmware(), alignment, functions, List.of());
            log.looked();
            return new Observation(topology, Assumptions.note(topology, notes).done());
        } catch (IllegalArgumentException e) {
            throw new VanishedException("the tree does not hang together: " + e.getMessage());
        }
    }

    /** What all functions are read against. */
    record Context(KernelIdentity kernel, KernelLog log, Optional<Topology> earlier, ReadNotes.Collector notes) {}

    private List<PciFunction> functions(List<String> names, Context context)
            throws VanishedException, MachineException {
        Map<PciAddress, List<Attachment>> attachments = new AttachmentSource(tree).read();
        FunctionSource source = new FunctionSource(tree, context);
        List<PciFunction> functions = new ArrayList<>();
        for (String name : names) {
            Optional<PciAddress> address = PciAddress.tryParse(name);
            if (address.isPresent()) {
                PciFunction function = source.read(address.get());
                functions.add(function.withAttachments(attachments.getOrDefault(address.get(), List.of())));
            }
        }
        List<PciFunction> known = new PortTypes(
                        context.log(), context.earlier(), source.withoutCapabilities(), source.withLink())
                .complete(functions);
        return ListOrder.sort(
                known, tree.text(tree.path("proc/bus/pci/devices")).orElse(""));
    }

    /** Lets go of the kernel log; the reader may be used again. */
    @Override
    public void close() {
        log.close();
    }
}
