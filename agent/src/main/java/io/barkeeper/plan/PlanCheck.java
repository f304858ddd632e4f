package io.barkeeper.plan;

import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/** Tells whether a machine is still the one that a plan was made for. */
public final class PlanCheck {

    private PlanCheck() {}

    /** A digest of all that a plan depends on: two machines with the same are one to a plan. */
    public static String digest(Topology machine) {
        return PlanDigest.id(machine, List.of());
    }

    /** True when nothing that the plan depends on has changed. */
    public static boolean stillValid(Plan plan, Topology now) {
        return differences(plan, now).isEmpty();
    }

    /** What has changed since, one sentence each; empty when the plan still holds. */
    public static List<String> differences(Plan plan, Topology now) {
        SortedMap<String, String> then = PlanDigest.lines(plan.start());
        SortedMap<String, String> today = PlanDigest.lines(now);
        TreeSet<String> names = new TreeSet<>(then.keySet());
        names.addAll(today.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String before = then.get(name);
            String after = today.get(name);
            if (before == null) {
                differences.add(name + " was not there when the plan was made");
            } else if (after == null) {
                differences.add(name + " is not there any more");
            } else if (!before.equals(after)) {
                differences.add(name + " has changed since the plan was made");
            }
        }
        return differences;
    }
}
