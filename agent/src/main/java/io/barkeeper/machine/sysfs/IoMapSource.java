package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.MachineException;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.Reservation;
import io.barkeeper.snapshot.IoMap;
import io.barkeeper.snapshot.MalformedTextException;
import io.barkeeper.snapshot.ReadNotes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code /proc/iomem} and {@code /proc/ioports}. */
final class IoMapSource {

    private final IoMap memory;
    private final IoMap ports;

    IoMapSource(SysfsTree tree, ReadNotes.Collector notes) throws MachineException {
        this.memory = read(tree, "proc/iomem", notes);
        this.ports = read(tree, "proc/ioports", notes);
    }

    private static IoMap read(SysfsTree tree, String name, ReadNotes.Collector notes) throws MachineException {
        Path file = tree.path(name);
        IoMap map;
        String why = "the kernel shows its addresses only to root";
        try {
            map = IoMap.parse(tree.whole(file));
        } catch (ErrnoException e) {
            map = IoMap.unreadable();
            why = e.getMessage();
        } catch (MalformedTextException e) {
            throw new MachineException("BK-BAD-ATTRIBUTE", file + " cannot be understood: " + e.getMessage());
        }
        if (map.isHidden()) {
            notes.add(
                    "BK-NOTE-IOMAP",
                    "/" + name + " cannot be read: " + why,
                    "what others than PCI hold inside the apertures is unknown");
        }
        return map;
    }

    List<HostBridge.Aperture> apertures(String host) {
        List<HostBridge.Aperture> all = new ArrayList<>(ports.apertures(host, true));
        all.addAll(memory.apertures(host, false));
        return all;
    }

    List<Reservation> reservations(List<HostBridge> hosts) {
        List<Reservation> all = new ArrayList<>(ports.reservations(hosts, true));
        all.addAll(memory.reservations(hosts, false));
        return all;
    }
}
