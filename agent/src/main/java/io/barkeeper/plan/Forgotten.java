package io.barkeeper.plan;

import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Settings that belong to a kernel object which a remove takes away and a rescan makes anew, and that nobody puts back: queue
 * settings of a disk, tuning of an interface, and the affinity of interrupts. Rules of udev apply again, what was set by hand
 * does not.
 */
public final class Forgotten {

    private Forgotten() {}

    /** One sentence without a full stop for each kind; empty when nothing that works is taken out. */
    public static List<String> by(Plan plan) {
        Topology start = plan.start();
        Set<PciAddress> released = new LinkedHashSet<>();
        plan.rounds().forEach(r -> released.addAll(r.released()));
        List<String> bound = new ArrayList<>();
        List<String> disks = new ArrayList<>();
        List<String> interfaces = new ArrayList<>();
        for (PciAddress address : released) {
            PciFunction function = start.get(address);
            if (function.driver().isPresent() && !function.isBridge()) {
                bound.add(address.toString());
            }
            for (Attachment attachment : function.attachments()) {
                (attachment.kind() == Attachment.Kind.DISK ? disks : interfaces).add(attachment.name());
            }
        }
        List<String> lost = new ArrayList<>();
        add(disks, "the I/O scheduler and other queue settings of ", lost);
        add(interfaces, "what ethtool and tc have set on ", lost);
        add(bound, "the interrupt affinity of ", lost);
        return lost;
    }

    private static void add(List<String> names, String what, List<String> lost) {
        if (!names.isEmpty()) {
            lost.add(what + String.join(", ", names));
        }
    }
}
