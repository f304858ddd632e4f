package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.Capabilities;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Hangs functions under bridges by bus numbers. A bus that no bridge of the paste leads to is taken for a root bus: it
 * may be one, or its bridge was not pasted; either way nothing is known of the space above it.
 */
final class TreeAssembly {

    private final Map<PciAddress, Evidence> evidence = new TreeMap<>();
    private final Map<String, PciAddress> bridges = new HashMap<>();
    private final NavigableSet<String> rootBuses;
    private final FunctionAssembly assembly;

    /** lspci shows the PCI Express capability of some function, so that one without it has none. */
    private final boolean expressIsShown;

    private final Gaps gaps;

    /** @param rootBuses root buses that the paste shows, {@code DDDD:BB} */
    TreeAssembly(Collection<Evidence> all, Set<String> rootBuses, FunctionAssembly assembly, Gaps gaps) {
        this.rootBuses = new TreeSet<>(rootBuses);
        this.assembly = assembly;
        this.gaps = gaps;
        this.expressIsShown =
                all.stream().anyMatch(e -> e.lspci().flatMap(f -> f.type).isPresent());
        for (Evidence one : all) {
            if (one.isBridge() && FunctionAssembly.secondary(one).isEmpty()) {
                gaps.of(
                        one.address(),
                        "BK-NOTE-BUS",
                        "it is a bridge, and the paste does not show its bus numbers",
                        "it is left out, and so is what lies below it only by its numbers");
            } else {
                evidence.put(one.address(), one);
            }
        }
        evidence.values().forEach(this::register);
    }

    private void register(Evidence one) {
        OptionalInt secondary = FunctionAssembly.secondary(one);
        if (secondary.isEmpty() || secondary.getAsInt() == 0) {
            return;
        }
        int bus = secondary.getAsInt();
        if (bus == one.address().bus()) {
            gaps.of(one.address(), "BK-NOTE-BUS-LOOP", "it leads to the bus that it is on", "nothing is put below it");
            return;
        }
        PciAddress other = bridges.putIfAbsent(name(one.address().domain(), bus), one.address());
        if (other != null) {
            gaps.of(
                    one.address(),
                    "BK-NOTE-BUS-TWICE",
                    "it leads to bus " + name(one.address().domain(), bus) + ", and so does " + other,
                    "what is on that bus is taken to be below " + other);
        }
    }

    static String name(int domain, int bus) {
        return String.format("%04x:%02x", domain, bus);
    }

    /** The functions, each bridge before what is below it. */
    List<PciFunction> functions() throws PasteException {
        List<PciFunction> done = new ArrayList<>();
        Map<PciAddress, PortType> types = new HashMap<>();
        List<PciAddress> trail = new ArrayList<>();
        Map<PciAddress, PciFunction> made = new HashMap<>();
        for (PciAddress address : evidence.keySet()) {
            add(address, types, made, done, trail);
        }
        return done;
    }

    private void add(
            PciAddress address,
            Map<PciAddress, PortType> types,
            Map<PciAddress, PciFunction> made,
            List<PciFunction> done,
            List<PciAddress> trail)
            throws PasteException {
        if (made.containsKey(address)) {
            return;
        }
        if (trail.contains(address)) {
            throw PasteException.contradiction("by its bus numbers " + address + " lies below itself: "
                    + evidenceOf(address).lspci().map(f -> f.head.place()).orElse("in the kernel log"));
        }
        trail.add(address);
        Optional<PciAddress> parent = parent(address);
        if (parent.isPresent()) {
            add(parent.get(), types, made, done, trail);
        }
        trail.remove(address);
        PortType type = type(evidenceOf(address), parent.map(types::get));
        types.put(address, type);
        PciFunction function = assembly.assemble(evidenceOf(address), parent, type);
        made.put(address, function);
        done.add(function);
    }

    private Evidence evidenceOf(PciAddress address) {
        Evidence one = evidence.get(address);
        if (one == null) {
            throw new IllegalStateException("no evidence of " + address);
        }
        return one;
    }

    private Optional<PciAddress> parent(PciAddress address) {
        String bus = name(address.domain(), address.bus());
        PciAddress bridge = bridges.get(bus);
        if (bridge != null && !bridge.equals(address)) {
            return Optional.of(bridge);
        }
        if (rootBuses.add(bus)) {
            gaps.of(
                    "bus " + bus,
                    "BK-NOTE-ROOT-BUS",
                    "no bridge of the paste leads there",
                    "it is taken for a root bus whose apertures are unknown");
        }
        return Optional.empty();
    }

    private PortType type(Evidence one, Optional<PortType> above) {
        Optional<PortType> shown = one.dump()
                .flatMap(Capabilities::express)
                .map(Capabilities.Express::type)
                .or(() -> one.lspci().flatMap(f -> f.type))
                .or(() -> one.log().flatMap(f -> f.type));
        if (shown.isPresent()) {
            return shown.get();
        }
        boolean dumped = one.dump()
                .filter(c -> c.visibility() != ConfigSpace.Visibility.HEADER)
                .isPresent();
        boolean listed = one.lspci().map(f -> !f.capabilitiesDenied).orElse(false);
        if (dumped || (listed && expressIsShown)) {
            return PortType.CONVENTIONAL;
        }
        boolean belowPort = above.map(PortType::isDownstreamOrRoot).orElse(false);
        boolean port = one.log().map(f -> f.port).orElse(false)
                || one.lspci().flatMap(f -> f.driver).filter("pcieport"::equals).isPresent();
        if (one.isBridge()
                && (port || above.filter(t -> t == PortType.UPSTREAM_PORT).isPresent())) {
            if (above.isEmpty()) {
                return hasManyDevicesBelow(one) ? PortType.UPSTREAM_PORT : PortType.ROOT_PORT;
            }
            return belowPort ? PortType.UPSTREAM_PORT : PortType.DOWNSTREAM_PORT;
        }
        PortType guess = !one.isBridge() && belowPort ? PortType.ENDPOINT : PortType.CONVENTIONAL;
        gaps.of(
                one.address(),
                "BK-NOTE-TYPE",
                "the port type is not shown",
                guess == PortType.ENDPOINT
                        ? "it is taken for a PCI Express endpoint, since a port is above it"
                        : "it is taken for a conventional function, whose I/O BARs are required");
        return guess;
    }

    /** Below a link there is only device 0 (PCIe 6.0, 7.3.1); the bus inside a switch has more. */
    private boolean hasManyDevicesBelow(Evidence bridge) {
        return evidence.keySet().stream()
                .anyMatch(a -> a.device() > 0 && bridge.address().equals(bridges.get(name(a.domain(), a.bus()))));
    }

    /** Root buses shown by the paste, and those that are taken for one. */
    NavigableSet<String> rootBuses() {
        return rootBuses;
    }
}
