package io.barkeeper.conformance;

import io.barkeeper.machine.MachineException;
import io.barkeeper.snapshot.SnapshotFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds the model against what was recorded earlier: {@code Replay FILE-OR-FOLDER…}. Triples are extracted from a recording once
 * and kept beside it.
 */
public final class Replay {
    static final String RECORDING = ".jsonl.gz";
    static final String TRIPLES = ".triples.gz";

    private Replay() {}

    public static void main(String[] arguments) throws IOException, MachineException, SnapshotFormatException {
        Tally tally = new Tally();
        for (String argument : arguments) {
            try (Stream<Path> files = Files.walk(Path.of(argument))) {
                for (Path file : files.filter(f -> f.toString().endsWith(RECORDING))
                        .sorted()
                        .toList()) {
                    tally.machine();
                    for (Triple triple : triples(file)) {
                        tally.add(triple, Verdict.on(triple));
                    }
                }
            }
        }
        System.out.print(tally.summary());
    }

    static List<Triple> triples(Path recording) throws IOException, MachineException, SnapshotFormatException {
        String name = recording.getFileName().toString();
        Path kept = recording.resolveSibling(name.substring(0, name.length() - RECORDING.length()) + TRIPLES);
        if (!Files.exists(kept)) {
            Triple.write(kept, Extraction.of(Recording.read(recording)));
        }
        try (InputStream in = Files.newInputStream(kept)) {
            return Triple.read(in);
        }
    }
}
