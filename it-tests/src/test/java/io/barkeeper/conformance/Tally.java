package io.barkeeper.conformance;

import io.barkeeper.kernel.Doubt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts what came of many triples, and prints each miss as it comes. */
final class Tally {
    private final Map<String, Integer> kinds = new TreeMap<>();
    private final List<Triple> failing = new ArrayList<>();
    private int machines;
    private int triples;
    private int exact;
    private int registersExact;
    private int uncertain;
    private int noRoom;
    private int harmed;

    void machine() {
        machines++;
    }

    void add(Triple triple, Verdict verdict) {
        triples++;
        noRoom += triple.noRoom().isEmpty() ? 0 : 1;
        harmed += triple.harmed().isEmpty() ? 0 : 1;
        uncertain += verdict.doubts().isEmpty() ? 0 : 1;
        exact += verdict.isExact() ? 1 : 0;
        registersExact += verdict.isExact() && verdict.registers().isEmpty() ? 1 : 0;
        if (!verdict.difference().isEmpty()) {
            System.out.println("MISS " + triple.name() + " " + triple.action() + " | " + verdict.difference());
        } else if (!verdict.registers().isEmpty()) {
            System.out.println("registers " + triple.name() + " " + triple.action() + " | " + verdict.registers());
        }
        for (Doubt doubt : verdict.doubts()) {
            System.out.println("uncertain " + triple.name() + " " + triple.action() + " | " + doubt.address() + " "
                    + doubt.index() + ": " + doubt.why());
            kinds.merge(doubt.why().replaceAll("(0x)?[0-9a-f]*\\d[0-9a-f]*", "#"), 1, Integer::sum);
        }
        if (!verdict.isExact()) {
            failing.add(triple);
        }
    }

    /** Triples on which the model missed or was not sure. */
    List<Triple> failing() {
        return List.copyOf(failing);
    }

    boolean isAllExact() {
        return exact == triples;
    }

    String summary() {
        StringBuilder text = new StringBuilder();
        kinds.forEach((kind, count) -> text.append("uncertain: ")
                .append(count)
                .append(" x ")
                .append(kind)
                .append('\n'));
        return text.append(String.format(
                        Locale.ROOT,
                        "exact %d/%d  registers exact %d  uncertain %d  machines %d  triples with no room %d  with harmed"
                                + " neighbour %d%n",
                        exact,
                        triples,
                        registersExact,
                        uncertain,
                        machines,
                        noRoom,
                        harmed))
                .toString();
    }
}
