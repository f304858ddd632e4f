package io.barkeeper.conformance;

import io.barkeeper.lab.KernelImages;
import java.io.IOException;
import java.nio.file.Path;

/** {@code scripts/conformance}. */
public final class Conformance {
    private Conformance() {}

    public static void main(String[] arguments) throws IOException {
        String series = arguments[0];
        long first = Long.parseLong(arguments[1]);
        long last = Long.parseLong(arguments[2]);
        int actions = Integer.parseInt(arguments[3]);
        Path folder = Path.of(arguments[4]);
        Recorder recorder = new Recorder(KernelImages.get(series), actions);
        for (long seed = first; seed <= last; seed++) {
            long start = System.nanoTime();
            int done = recorder.record(seed, folder.resolve(series + "-" + seed + ".jsonl.gz"));
            System.out.printf("seed %d: %d actions in %d s%n", seed, done, (System.nanoTime() - start) / 1_000_000_000);
        }
    }
}
