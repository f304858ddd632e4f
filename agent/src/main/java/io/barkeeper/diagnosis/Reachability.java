package io.barkeeper.diagnosis;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.Optional;

/**
 * Whether accesses reach a BAR: assigned, in its register, and inside open windows all the way up. Unlike {@link Works} it
 * forgives nothing, so what it finds is to be held against what it found before.
 */
public final class Reachability {

    private Reachability() {}

    /** What is wrong with a resource; empty when accesses reach it, as far as the registers could be read. */
    public static Optional<String> obstacle(Topology now, PciFunction function, Resource resource) {
        String name = function.address() + " " + resource.name();
        if (resource.range().isEmpty()) {
            return Optional.of(name + " has no address");
        }
        AddressRange range = resource.range().get();
        if (resource.hardware() instanceof Decoded.At at && !at.range().equals(range)) {
            return Optional.of(name + " is at " + range + " for the kernel and at " + at.range() + " in its register");
        }
        if (resource.hardware() instanceof Decoded.Closed) {
            return Optional.of(name + " is at " + range + " for the kernel, and its register is empty");
        }
        for (PciFunction bridge : now.ancestors(function.address())) {
            boolean subtractive = bridge.bridge().map(b -> b.subtractive()).orElse(false);
            boolean open = bridge.resources().stream().anyMatch(w -> forwards(w, resource, range));
            if (!open && !subtractive) {
                return Optional.of(name + " at " + range + " lies in no open window of " + bridge.address());
            }
        }
        return Optional.empty();
    }

    private static boolean forwards(Resource window, Resource resource, AddressRange range) {
        if (!window.isWindow() || window.kind().isIo() != resource.kind().isIo()) {
            return false;
        }
        boolean believed = window.range().map(r -> r.contains(range)).orElse(false);
        boolean decoded = window.hardware() instanceof Decoded.Unread
                || window.hardware().asRange().map(r -> r.contains(range)).orElse(false);
        return believed && decoded;
    }
}
