package io.barkeeper.machine.simulated;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who hears what a kernel would send as uevents. Safe for several threads. */
final class Listeners {

    private final List<HintListener> listeners = new CopyOnWriteArrayList<>();

    void add(HintListener listener) {
        listeners.add(listener);
    }

    void clear() {
        listeners.clear();
    }

    /** Tells everybody what arrived, left, was bound or unbound between two states. */
    void announce(Topology before, Topology after) {
        for (PciFunction was : before.functions()) {
            if (after.find(was.address()).isEmpty()) {
                hint("remove", was.address());
            }
        }
        for (PciFunction is : after.functions()) {
            Optional<PciFunction> was = before.find(is.address());
            if (was.isEmpty()) {
                hint("add", is.address());
            }
            Optional<String> driver = was.flatMap(PciFunction::driver);
            if (!driver.equals(is.driver())) {
                hint(is.driver().isPresent() ? "bind" : "unbind", is.address());
            }
        }
    }

    private void hint(String action, PciAddress address) {
        listeners.forEach(l -> l.hint(action, address));
    }
}
