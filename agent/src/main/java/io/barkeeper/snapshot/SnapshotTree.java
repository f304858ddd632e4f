package io.barkeeper.snapshot;

import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks that the functions of a document make a tree, naming the function where they do not. */
final class SnapshotTree {

    private SnapshotTree() {}

    static void check(JsonCursor devices, List<PciFunction> functions, List<HostBridge> hosts)
            throws SnapshotFormatException {
        Map<PciAddress, PciFunction> byAddress = new HashMap<>();
        for (int i = 0; i < functions.size(); i++) {
            PciFunction function = functions.get(i);
            if (byAddress.put(function.address(), function) != null) {
                throw new SnapshotFormatException(
                        devices.path() + "[" + i + "].address", function.address() + " is here twice");
            }
        }
        for (int i = 0; i < functions.size(); i++) {
            String path = devices.path() + "[" + i + "].parent";
            checkAncestry(path, functions.get(i), byAddress, hosts);
        }
        checkBuses(devices, functions, byAddress);
    }

    /**
     * What is below a bridge has the number of the bridge's secondary bus, and one bus is behind one bridge. Only VFs may
     * have a higher number (PCIe 6.0, 9.3.4).
     */
    private static void checkBuses(
            JsonCursor devices, List<PciFunction> functions, Map<PciAddress, PciFunction> byAddress)
            throws SnapshotFormatException {
        Map<String, PciAddress> leadsTo = new HashMap<>();
        for (int i = 0; i < functions.size(); i++) {
            PciFunction function = functions.get(i);
            PciFunction above = function.parent().map(byAddress::get).orElse(null);
            if (above == null || above.bridge().isEmpty()) {
                continue;
            }
            PciAddress address = function.address();
            int secondary = above.bridge().get().secondary();
            boolean fits = address.bus() == secondary || (function.isVirtualFunction() && address.bus() > secondary);
            if (!fits || secondary == 0 || address.domain() != above.address().domain()) {
                throw new SnapshotFormatException(
                        devices.path() + "[" + i + "].parent",
                        address + " cannot be below " + above.address()
                                + String.format(
                                        ", which leads to bus %04x:%02x",
                                        above.address().domain(), secondary));
            }
            String bus = address.domain() + ":" + secondary;
            PciAddress first = leadsTo.putIfAbsent(bus, above.address());
            if (first != null && !first.equals(above.address())) {
                throw new SnapshotFormatException(
                        devices.path() + "[" + i + "].parent",
                        String.format("bus %04x:%02x is behind ", address.domain(), secondary) + first + " and behind "
                                + above.address());
            }
        }
    }

    private static void checkAncestry(
            String path, PciFunction function, Map<PciAddress, PciFunction> byAddress, List<HostBridge> hosts)
            throws SnapshotFormatException {
        PciFunction at = function;
        // A tree of n functions is less than n levels deep: who climbs longer goes round in a circle.
        for (int climbed = 0; climbed <= byAddress.size(); climbed++) {
            Optional<PciAddress> parent = at.parent();
            if (parent.isEmpty()) {
                checkRoot(path, at, hosts);
                return;
            }
            PciFunction above = byAddress.get(parent.get());
            if (above == null || !above.isBridge()) {
                throw new SnapshotFormatException(
                        path, parent.get() + " is no bridge of this snapshot, yet " + at.address() + " is below it");
            }
            at = above;
        }
        throw new SnapshotFormatException(path, "the parents of " + function.address() + " go round in a circle");
    }

    private static void checkRoot(String path, PciFunction function, List<HostBridge> hosts)
            throws SnapshotFormatException {
        if (hosts.stream().noneMatch(h -> h.hasOnRootBus(function))) {
            throw new SnapshotFormatException(
                    path, function.address() + " has no parent, and no host bridge has its bus");
        }
    }
}
