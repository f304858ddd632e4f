package io.barkeeper.conformance;

import io.barkeeper.lab.KernelImage;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.machine.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The campaign behind {@code scripts/conformance}: for each seed a random machine is booted, takes random actions, and each
 * (before, action, after) is held against the model. Prints every miss as it comes and the sum last; ends with 0 only when
 * every triple was exact.
 */
public final class Conformance {
    private final CampaignOptions options;
    private final Tally tally = new Tally();

    private Conformance(CampaignOptions options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws IOException, MachineException {
        Optional<CampaignOptions> options = CampaignOptions.parse(List.of(arguments));
        if (options.isEmpty()) {
            System.err.println(CampaignOptions.USAGE);
            System.exit(2);
            return;
        }
        System.exit(new Conformance(options.get()).run());
    }

    private int run() throws IOException, MachineException {
        KernelImage kernel = KernelImages.get(options.kernel());
        Recorder recorder = new Recorder(kernel, options.actions());
        System.out.println(
                "kernel " + kernel.release() + ", seeds " + options.firstSeed() + " to " + options.lastSeed());
        long end = System.nanoTime() + Duration.ofMinutes(options.minutes()).toNanos();
        long seed = options.firstSeed();
        while (seed <= options.lastSeed() && System.nanoTime() < end) {
            machine(recorder, seed++);
        }
        if (seed <= options.lastSeed()) {
            System.out.println(
                    options.minutes() + " minutes are over; not run: seeds " + seed + " to " + options.lastSeed());
        }
        System.out.print(tally.summary());
        return tally.isAllExact() ? 0 : 1;
    }

    private void machine(Recorder recorder, long seed) throws IOException, MachineException {
        Path kept = options.recordings().isPresent()
                ? Files.createDirectories(options.recordings().get())
                        .resolve(options.kernel() + "-" + seed + Replay.RECORDING)
                : Files.createTempFile("barkeeper-recording", Replay.RECORDING);
        try {
            if (recorder.record(seed, kept)) {
                tally.machine();
                int before = tally.failing().size();
                Extraction.of(Recording.read(kept)).forEach(triple -> tally.add(triple, Verdict.on(triple)));
                List<Triple> failing = tally.failing();
                if (failing.size() > before && options.failures().isPresent()) {
                    Triple.write(
                            options.failures().get().resolve(options.kernel() + "-" + seed + Replay.TRIPLES),
                            failing.subList(before, failing.size()));
                }
            }
        } finally {
            if (options.recordings().isEmpty()) {
                Files.deleteIfExists(kept);
            }
        }
    }
}
