package io.barkeeper.pci;

import java.util.Set;

/**
 * Which resources a device cannot do without.
 *
 * <p>Required are memory BARs 0 to 5; I/O BARs of conventional functions and of Legacy Endpoints (other PCI Express
 * functions must work without them: PCIe 6.0, 1.3.2.2), or ones that were assigned earlier in this boot, since their
 * driver may have found them. Windows are judged by what they must hold, so they are never required in themselves.
 * ROMs, VF BARs and hot-plug reserves are optional.
 */
public final class Requirement {

    private final Set<ResourceId> everAssigned;

    /** @param everAssigned resources that were assigned at some time since the kernel booted */
    public Requirement(Set<ResourceId> everAssigned) {
        this.everAssigned = Set.copyOf(everAssigned);
    }

    public boolean isRequired(PciFunction function, Resource resource) {
        if (!resource.isStandardBar() || function.isVirtualFunction()) {
            return false;
        }
        if (!resource.kind().isIo()) {
            return true;
        }
        return function.type() == PortType.CONVENTIONAL
                || function.type() == PortType.LEGACY_ENDPOINT
                || everAssigned.contains(new ResourceId(function.address(), resource.index()));
    }
}
