package io.barkeeper.diagnosis;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.kernel.TraceLine;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the kernel would say if it had to place a function once more, nothing else being touched: which windows it would
 * try, what is free in them, and who lies there. A device in a hot-plug port is placed as when it arrived, so that the
 * windows of the port are sized anew; any other is removed and found by a rescan.
 *
 * @param actions what the model was asked
 * @param certain whether the model knows the answer
 * @param lines about the function and the bridges above it, in the order of the kernel log
 */
public record SecondTry(List<Action> actions, boolean certain, List<TraceLine> lines) {

    public SecondTry {
        actions = List.copyOf(actions);
        lines = List.copyOf(lines);
    }

    /** Empty for a virtual function, which is placed with its physical one. */
    public static Optional<SecondTry> of(Topology topology, KernelModel model, PciAddress address) {
        PciFunction function = topology.get(address);
        if (function.isVirtualFunction()) {
            return Optional.empty();
        }
        List<Action> actions = actions(topology, function);
        Prediction prediction = model.traced().applyAll(topology, actions);
        Set<PciAddress> concerned = new HashSet<>(Set.of(address));
        topology.ancestors(address).forEach(bridge -> concerned.add(bridge.address()));
        List<TraceLine> lines = prediction.trace().stream()
                .filter(line -> line.subject().isEmpty()
                        || concerned.contains(line.subject().get()))
                .toList();
        return Optional.of(new SecondTry(actions, prediction.isCertain(), lines));
    }

    private static List<Action> actions(Topology topology, PciFunction function) {
        Optional<Bridge> port = function.parent()
                .map(topology::get)
                .flatMap(PciFunction::bridge)
                .filter(Bridge::hotplug);
        List<Action> actions = new ArrayList<>();
        if (port.isEmpty()) {
            actions.add(new Action.Remove(function.address()));
            actions.add(new Action.RescanAll());
            return actions;
        }
        topology.onBusOf(function).stream()
                .filter(f -> !f.isVirtualFunction())
                .forEach(f -> actions.add(new Action.Remove(f.address())));
        actions.add(new Action.RescanBus(function.address().domain(), port.get().secondary()));
        return actions;
    }
}
