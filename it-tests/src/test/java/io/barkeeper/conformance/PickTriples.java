package io.barkeeper.conformance;

import io.barkeeper.machine.MachineException;
import io.barkeeper.snapshot.SnapshotFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Picks the fixed set of triples that {@link RecordedTriplesTest} replays: {@code PickTriples RECORDINGS TARGET PER-KERNEL}. Of
 * each kind (the action with what it cost) the ones from the smallest machines come first, and every kind gets its turn.
 */
public final class PickTriples {
    private PickTriples() {}

    public static void main(String[] arguments) throws IOException, MachineException, SnapshotFormatException {
        Map<String, List<Triple>> bySeries = new HashMap<>();
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            for (Path file : files.filter(f -> f.toString().endsWith(Replay.RECORDING))
                    .sorted()
                    .toList()) {
                for (Triple triple : Replay.triples(file)) {
                    String series = triple.name().substring(0, triple.name().indexOf('-'));
                    bySeries.computeIfAbsent(series, s -> new ArrayList<>()).add(triple);
                }
            }
        }
        for (Map.Entry<String, List<Triple>> series : bySeries.entrySet()) {
            List<Triple> picked = pick(series.getValue(), Integer.parseInt(arguments[2]));
            Triple.write(Path.of(arguments[1]).resolve(series.getKey() + Replay.TRIPLES), picked);
            System.out.println(series.getKey() + ": " + picked.size() + " triples");
        }
    }

    private static List<Triple> pick(List<Triple> from, int count) {
        List<Triple> left = new ArrayList<>(from);
        left.sort(Comparator.comparingInt(PickTriples::weight).thenComparing(Triple::name));
        List<Triple> picked = new ArrayList<>();
        Map<String, Integer> taken = new HashMap<>();
        while (picked.size() < count && !left.isEmpty()) {
            Triple next = left.stream()
                    .min(Comparator.comparingInt(t -> taken.getOrDefault(kind(t), 0)))
                    .orElseThrow();
            taken.merge(kind(next), 1, Integer::sum);
            left.remove(next);
            picked.add(next);
        }
        picked.sort(Comparator.comparing(Triple::name));
        return picked;
    }

    private static int weight(Triple triple) {
        return triple.before().functions().size() + triple.before().detached().size();
    }

    private static String kind(Triple triple) {
        String action = triple.action().replaceFirst(":.*", "");
        boolean quiet = List.of("window", "align", "decode", "unbind").contains(action);
        boolean conventional = triple.before().functions().stream()
                .anyMatch(f -> f.isBridge()
                        && !f.type().isDownstreamOrRoot()
                        && f.ids().device() != 0x8232);
        return quiet
                ? "quiet"
                : action + triple.noRoom().isEmpty() + triple.harmed().isEmpty() + conventional;
    }
}
