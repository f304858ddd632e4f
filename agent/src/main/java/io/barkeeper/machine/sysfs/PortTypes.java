package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.KernelLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Port types of functions whose capabilities could not be read: from an earlier snapshot, or from the kernel log, which
 * prints them since 6.9; otherwise a function with a link ({@code current_link_speed}) is what its place in the tree
 * makes of it.
 */
final class PortTypes {

    private final KernelLog log;
    private final Optional<Topology> earlier;
    private final Set<PciAddress> unread;
    private final Set<PciAddress> withLink;

    /**
     * @param unread functions whose capabilities are not known
     * @param withLink functions that sysfs shows a link of
     */
    PortTypes(KernelLog log, Optional<Topology> earlier, Set<PciAddress> unread, Set<PciAddress> withLink) {
        this.log = log;
        this.earlier = earlier;
        this.unread = unread;
        this.withLink = withLink;
    }

    /** @param functions each bridge before what is below it, which ascending bus numbers give */
    List<PciFunction> complete(List<PciFunction> functions) {
        Map<PciAddress, PortType> types = new HashMap<>();
        List<PciFunction> completed = new ArrayList<>();
        for (PciFunction function : functions) {
            PortType type = unread.contains(function.address()) ? guess(function, types) : function.type();
            types.put(function.address(), type);
            completed.add(function.withType(type));
        }
        return completed;
    }

    private PortType guess(PciFunction function, Map<PciAddress, PortType> types) {
        Optional<PortType> known = earlier.flatMap(t -> t.find(function.address()))
                .filter(e -> e.ids().vendor() == function.ids().vendor()
                        && e.ids().device() == function.ids().device())
                .map(PciFunction::type)
                .or(() -> log.of(function.address()).type());
        if (known.isPresent()) {
            return known.get();
        }
        if (!withLink.contains(function.address())) {
            return PortType.CONVENTIONAL;
        }
        if (!function.isBridge()) {
            return function.parent().isEmpty() ? PortType.INTEGRATED_ENDPOINT : PortType.ENDPOINT;
        }
        if (function.parent().isEmpty()) {
            return PortType.ROOT_PORT;
        }
        PortType above = types.getOrDefault(function.parent().get(), PortType.CONVENTIONAL);
        return above.isDownstreamOrRoot() ? PortType.UPSTREAM_PORT : PortType.DOWNSTREAM_PORT;
    }
}
