package io.barkeeper.diagnosis;

import io.barkeeper.diagnosis.Space.Occupant;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the windows and apertures of a machine and who lies in them. */
public final class Spaces {

    private Spaces() {}

    /** Every aperture and every assigned window; host bridges first, then bridges in the kernel's order. */
    public static List<Space> of(Topology topology) {
        List<Space> all = new ArrayList<>();
        topology.hostBridges().forEach(h -> all.addAll(ofHost(topology, h)));
        for (PciFunction function : topology.functions()) {
            if (function.isBridge()) {
                all.addAll(below(topology, function));
            }
        }
        return all;
    }

    /** Where the resources of a function on the bus of {@code function} can lie: windows above it, or apertures. */
    public static List<Space> around(Topology topology, PciFunction function) {
        return function.parent()
                .map(p -> below(topology, topology.get(p)))
                .orElseGet(() -> ofHost(topology, topology.hostBridgeOf(function.address())));
    }

    /** The apertures of a host bridge, in its order. */
    public static List<Space> ofHost(Topology topology, HostBridge host) {
        List<PciFunction> bus = topology.onRootBus(host);
        List<Space> spaces = new ArrayList<>();
        for (HostBridge.Aperture aperture : host.apertures()) {
            List<Occupant> occupants = occupants(bus, aperture.io(), aperture.range());
            for (Reservation reservation : topology.reserved()) {
                if (reservation.io() == aperture.io()) {
                    reservation
                            .range()
                            .intersection(aperture.range())
                            .ifPresent(r -> occupants.add(new Occupant(Optional.empty(), r, reservation.owner())));
                }
            }
            occupants.sort(Comparator.comparing(Occupant::range).thenComparing(Occupant::owner));
            ResourceKind kind = aperture.io()
                    ? ResourceKind.WINDOW_IO
                    : aperture.prefetchable() ? ResourceKind.WINDOW_PREF : ResourceKind.WINDOW_MEM;
            spaces.add(new Space(Optional.empty(), host.name(), kind, aperture.range(), occupants));
        }
        return spaces;
    }

    /** The assigned windows of a bridge, ascending by index. */
    public static List<Space> below(Topology topology, PciFunction bridge) {
        List<PciFunction> bus = topology.childrenOf(bridge.address());
        String host = topology.hostBridgeOf(bridge.address()).name();
        List<Space> spaces = new ArrayList<>();
        for (Resource window : bridge.resources()) {
            if (window.isWindow() && window.range().isPresent()) {
                AddressRange range = window.range().get();
                List<Occupant> occupants = occupants(bus, window.kind().isIo(), range);
                occupants.sort(Comparator.comparing(Occupant::range).thenComparing(Occupant::owner));
                spaces.add(new Space(Optional.of(bridge.address()), host, window.kind(), range, occupants));
            }
        }
        return spaces;
    }

    /** Why a bridge offers no window for a resource: it has none, or nobody showed where it is. */
    static String missingWindow(PciFunction bridge, boolean io) {
        String kind = io ? "I/O" : "memory";
        return isUnknown(bridge, io)
                ? "the " + kind + " windows of " + bridge.address() + " are unknown"
                : bridge.address() + " has no " + kind + " window";
    }

    /** A window of unknown size is one that nobody showed, as in a paste with only a part of the machine. */
    static boolean isUnknown(PciFunction bridge, boolean io) {
        return bridge.resources().stream()
                .anyMatch(w -> w.isWindow() && w.kind().isIo() == io && w.size().isEmpty());
    }

    private static List<Occupant> occupants(List<PciFunction> bus, boolean io, AddressRange within) {
        List<Occupant> occupants = new ArrayList<>();
        for (PciFunction function : bus) {
            if (function.isVirtualFunction()) {
                continue; // its BARs are slices of the physical function's VF BARs
            }
            for (Resource resource : function.resources()) {
                boolean inside = resource.range().filter(within::contains).isPresent()
                        && resource.kind().isIo() == io
                        && !isShadowRom(resource);
                if (inside) {
                    occupants.add(occupant(function.address(), resource));
                }
            }
        }
        return occupants;
    }

    private static Occupant occupant(PciAddress address, Resource resource) {
        String what = resource.isWindow() ? resource.kind().label() + " window" : resource.name();
        return new Occupant(
                Optional.of(new ResourceId(address, resource.index())),
                resource.range().orElseThrow(),
                address + " " + what);
    }

    /** The BIOS copy at 0xc0000 counts as assigned but has no place in the kernel's tree and blocks nothing. */
    private static boolean isShadowRom(Resource resource) {
        return resource.index() == Resource.ROM && ResourceFlags.has(resource.flags(), ResourceFlags.ROM_SHADOW);
    }
}
