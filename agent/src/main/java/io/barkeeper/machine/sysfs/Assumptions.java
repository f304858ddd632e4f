package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.ReadNotes;

/** Says what a finished topology leaves unknown. */
final class Assumptions {

    private Assumptions() {}

    static ReadNotes.Collector note(Topology topology, ReadNotes.Collector notes) {
        for (PciFunction function : topology.functions()) {
            for (Resource resource : function.resources()) {
                if (resource.size().isEmpty()) {
                    notes.add(
                            "BK-NOTE-SIZE",
                            "the size of " + resource.name() + " of " + function.address()
                                    + " is neither in sysfs nor in the kernel log",
                            "whether it fits anywhere cannot be said");
                }
            }
        }
        return notes;
    }
}
