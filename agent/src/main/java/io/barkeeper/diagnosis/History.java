package io.barkeeper.diagnosis;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Requirement;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is remembered of this boot.
 *
 * @param lastGood the last snapshot in which nothing had been lost; empty when this is the first look
 * @param everAssigned resources seen assigned since boot
 */
public record History(Optional<Topology> lastGood, Set<ResourceId> everAssigned) {

    public static final History NONE = new History(Optional.empty(), Set.of());

    public History {
        everAssigned = Set.copyOf(everAssigned);
    }

    /** This history and one more snapshot; {@code good} when nothing was lost in it. */
    public History seen(Topology now, boolean good) {
        Set<ResourceId> all = new HashSet<>(everAssigned);
        for (PciFunction function : now.functions()) {
            for (Resource resource : function.resources()) {
                if (resource.isAssigned()) {
                    all.add(new ResourceId(function.address(), resource.index()));
                }
            }
        }
        return new History(good ? Optional.of(now) : lastGood, all);
    }

    public Requirement requirement() {
        return new Requirement(everAssigned);
    }
}
