package io.barkeeper.transaction;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The machine after one of the effects before a rescan. None of them places a resource, so no model is needed: a remove
 * takes its subtree and changes nothing else, an unbind takes a driver.
 */
final class Expectation {

    private Expectation() {}

    static Topology after(Topology before, Effect effect) {
        if (effect instanceof Effect.Quiesce quiesce) {
            return change(before, quiesce.address(), f -> f.withDriver(Optional.empty()));
        }
        if (effect instanceof Effect.UnbindPciehp unbind) {
            return change(before, unbind.port(), Expectation::withoutService);
        }
        return effect instanceof Effect.Act act ? after(before, act.action()) : before;
    }

    private static Topology after(Topology before, Action action) {
        if (action instanceof Action.Remove remove
                && before.find(remove.address()).isPresent()) {
            return without(before, before.subtree(remove.address()));
        }
        if (action instanceof Action.Window window) {
            return change(before, window.address(), f -> withUnreadWindow(f, window));
        }
        if (action instanceof Action.NumVfs vfs) {
            List<PciFunction> gone = vfs.count() > 0
                    ? List.of()
                    : before.functions().stream()
                            .filter(f -> f.physicalFunction().equals(Optional.of(vfs.address())))
                            .toList();
            return change(
                    without(before, gone),
                    vfs.address(),
                    f -> f.withSriov(f.sriov().map(s -> new Sriov(s.totalVfs(), vfs.count()))));
        }
        return before;
    }

    private static Topology without(Topology before, List<PciFunction> leaving) {
        Set<PciAddress> gone = new HashSet<>();
        leaving.forEach(f -> gone.add(f.address()));
        return before.with(
                before.functions().stream()
                        .filter(f -> !gone.contains(f.address()))
                        .toList(),
                before.detached());
    }

    private static PciFunction withoutService(PciFunction f) {
        return f.bridge()
                .map(b -> f.withBridge(new Bridge(
                        b.primary(),
                        b.secondary(),
                        b.subordinate(),
                        b.windows(),
                        b.hotplug(),
                        false,
                        b.subtractive(),
                        b.slot())))
                .orElse(f);
    }

    private static PciFunction withUnreadWindow(PciFunction f, Action.Window window) {
        List<Resource> rows = f.resources().stream()
                .map(r -> r.kind() == window.kind() ? r.withHardware(Decoded.unread()) : r)
                .toList();
        return f.withResources(rows);
    }

    private static Topology change(
            Topology before, PciAddress address, java.util.function.UnaryOperator<PciFunction> how) {
        return before.map(f -> f.address().equals(address) ? how.apply(f) : f);
    }
}
