package io.barkeeper.compare;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Adds up the outcomes of all machines, and says where Barkeeper did worse than it promises. */
final class Scoreboard {

    private final Map<String, Map<Way, Outcome>> sums = new LinkedHashMap<>();
    private final Map<String, Integer> machines = new LinkedHashMap<>();
    private final List<String> breaches = new ArrayList<>();

    /**
     * One machine.
     *
     * @param group the row group of the table, {@code model} or {@code 6.12, live}
     * @param name how to find the machine again: its seed
     */
    void add(String group, String name, Map<Way, Outcome> outcomes) {
        machines.merge(group, 1, Integer::sum);
        Map<Way, Outcome> sum = sums.computeIfAbsent(group, g -> new EnumMap<>(Way.class));
        outcomes.forEach((way, outcome) -> sum.merge(way, outcome, Outcome::plus));
        Outcome own = outcomes.getOrDefault(Way.BARKEEPER, Outcome.NONE);
        if (!own.isHarmless()) {
            breaches.add(name + ": Barkeeper harmed " + own.harmed() + " and tore out " + own.tornOut());
        }
        outcomes.forEach((way, outcome) -> {
            if (outcome.isHarmless() && outcome.gained() > own.gained()) {
                breaches.add(name + ": '" + way.title() + "' got " + outcome.gained()
                        + " to work without harm, Barkeeper " + own.gained());
            }
        });
    }

    int machines(String group) {
        return machines.getOrDefault(group, 0);
    }

    /**
     * Machines on which a promise was broken, and sums in which one was. Fewer devices are disturbed over all groups; in one
     * group of small machines the script may come out even, where nobody but who must move sits below the root port.
     */
    List<String> breaches() {
        List<String> all = new ArrayList<>(breaches);
        sums.forEach((group, sum) -> {
            if (disturbed(sum, Way.BARKEEPER) > disturbed(sum, Way.ROOT_PORT)) {
                all.add(group + ": " + devices(disturbed(sum, Way.BARKEEPER), disturbed(sum, Way.ROOT_PORT)));
            }
        });
        int own = disturbedInAll(Way.BARKEEPER);
        int script = disturbedInAll(Way.ROOT_PORT);
        if (own >= script && script > 0) {
            all.add("in sum: " + devices(own, script));
        }
        return all;
    }

    private int disturbedInAll(Way way) {
        return sums.values().stream().mapToInt(sum -> disturbed(sum, way)).sum();
    }

    private static int disturbed(Map<Way, Outcome> sum, Way way) {
        return sum.getOrDefault(way, Outcome.NONE).disturbed();
    }

    private static String devices(int own, int script) {
        return "Barkeeper disturbed " + own + " devices, the script " + script;
    }

    /** The table, one line for each way and group. */
    String table() {
        StringBuilder text = new StringBuilder(String.format(
                "%-12s %-28s %12s %12s %8s %10s %10s%n",
                "machines", "way", "newcomers", "collateral", "harmed", "torn out", "disturbed"));
        sums.forEach((group, sum) -> sum.forEach((way, o) -> text.append(String.format(
                Locale.ROOT,
                "%-12s %-28s %12s %12s %8d %10d %10d%n",
                group + " " + machines(group),
                way.title(),
                o.recovered() + "/" + o.newcomers(),
                o.repaired() + "/" + o.collateral(),
                o.harmed(),
                o.tornOut(),
                o.disturbed()))));
        return text.toString();
    }
}
