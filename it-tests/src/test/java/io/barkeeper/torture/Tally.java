package io.barkeeper.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often what came out, and what should not have. */
final class Tally {
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> breaches = new ArrayList<>();

    void count(String part, String outcome) {
        counts.merge(part + ": " + outcome, 1, Integer::sum);
    }

    void breach(String what) {
        breaches.add(what);
        System.out.println("BREACH " + what);
    }

    List<String> breaches() {
        return List.copyOf(breaches);
    }

    /** Prints the sums. */
    boolean close() {
        counts.forEach((what, number) -> System.out.printf("%5d  %s%n", number, what));
        breaches.forEach(breach -> System.out.println("BREACH " + breach));
        System.out.println("breaches: " + breaches.size());
        return breaches.isEmpty();
    }
}
