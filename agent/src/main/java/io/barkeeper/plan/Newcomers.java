package io.barkeeper.plan;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The devices in trouble, the one that gets room first in front. A device is all functions of one slot, since they come
 * and go together; only where not all of them can have room is each taken by itself.
 *
 * <p>What worked before comes before any newcomer: repair first. Then counts what the configuration says, then the class
 * (storage, display and accelerators, network, the rest), then the size, the smaller first, so that more find room; the
 * address breaks ties, and the order of arrival plays no part.
 */
final class Newcomers {

    private final Goal goal;
    private final Preferences preferences;

    private Newcomers(Goal goal, Preferences preferences) {
        this.goal = goal;
        this.preferences = preferences;
    }

    /**
     * One device in trouble.
     *
     * @param functions those of its functions that do not work, ascending
     */
    record Device(SortedSet<PciAddress> functions) {
        PciAddress first() {
            return functions.first();
        }

        /** Each of its functions by itself. */
        List<Device> parts() {
            return functions.stream()
                    .map(f -> new Device(new TreeSet<>(List.of(f))))
                    .toList();
        }

        @Override
        public String toString() {
            return first().toString();
        }
    }

    static List<Device> inOrder(Goal goal, Preferences preferences) {
        Newcomers newcomers = new Newcomers(goal, preferences);
        Map<List<Object>, SortedSet<PciAddress>> slots = new LinkedHashMap<>();
        for (PciAddress target : goal.targets()) {
            Optional<PciAddress> parent = goal.start().get(target).parent();
            slots.computeIfAbsent(List.of(parent, target.device()), s -> new TreeSet<>())
                    .add(target);
        }
        List<Device> devices =
                new ArrayList<>(slots.values().stream().map(Device::new).toList());
        devices.sort(newcomers.order());
        return devices;
    }

    /** Why the second has to wait for the first. */
    static String precedence(Goal goal, Preferences preferences, Device first, Device second) {
        Newcomers newcomers = new Newcomers(goal, preferences);
        if (newcomers.repair(first) != newcomers.repair(second)) {
            return "which worked before";
        }
        if (newcomers.rank(first) != newcomers.rank(second)) {
            return "which the configuration puts first";
        }
        if (newcomers.byClass(first) != newcomers.byClass(second)) {
            return "whose class comes first";
        }
        return newcomers.size(first) == newcomers.size(second) ? "whose address comes first" : "which needs less";
    }

    private Comparator<Device> order() {
        return Comparator.comparingInt(this::repair)
                .thenComparingInt(this::rank)
                .thenComparing(Comparator.comparingLong(this::byClass).reversed())
                .thenComparing(this::size, Long::compareUnsigned)
                .thenComparing(Device::first);
    }

    private int repair(Device device) {
        return device.functions().stream().anyMatch(goal::isWorker) ? 0 : 1;
    }

    private int rank(Device device) {
        Topology start = goal.start();
        return device.functions().stream()
                .mapToInt(a -> preferences.rank(start, start.get(a)))
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    private long byClass(Device device) {
        return device.functions().stream()
                .map(goal.start()::get)
                .mapToLong(Weights::byClass)
                .max()
                .orElse(0);
    }

    /** Bytes of all required resources. */
    private long size(Device device) {
        long sum = 0;
        for (PciAddress address : device.functions()) {
            PciFunction function = goal.start().get(address);
            for (Resource resource : function.resources()) {
                if (goal.history().requirement().isRequired(function, resource)) {
                    sum += resource.size().orElse(0);
                }
            }
        }
        return sum;
    }
}
