package io.barkeeper.conformance;

import io.barkeeper.kernel.trust.Between;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The uevents that a daemon would have heard between two looks: the lab does not record them. */
final class Hearsay {
    private Hearsay() {}

    /** Functions that went, each before its bridge, then those that came, each after its bridge. */
    static Between of(Topology before, Topology after, Set<PciAddress> announced) {
        List<Between.Notice> notices = new ArrayList<>();
        for (PciFunction function : before.functions()) {
            if (after.find(function.address()).isEmpty()) {
                notices.add(0, new Between.Notice(false, function.address()));
            }
        }
        after.functions().stream()
                .filter(f -> f.parent().flatMap(after::find).isEmpty())
                .forEach(root -> after.subtree(root.address()).stream()
                        .filter(f -> before.find(f.address()).isEmpty())
                        .forEach(f -> notices.add(new Between.Notice(true, f.address()))));
        return new Between(notices, true, Optional.of(announced), false);
    }
}
