package io.barkeeper.transaction;

import io.barkeeper.machine.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code scripts/torture sim}: plays random plans with every fault at every step until so many had a plan. */
public final class FaultCampaign {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int PLANS = 200;

    private FaultCampaign() {}

    /** @param args {@code --plans N} and {@code --from SEED} */
    public static void main(String[] args) throws IOException, MachineException {
        int plans = PLANS;
        long seed = 1;
        for (int i = 0; i < args.length; i += 2) {
            boolean number = i + 1 < args.length && args[i + 1].matches("\\d{1,9}");
            if (number && args[i].equals("--plans")) {
                plans = Integer.parseInt(args[i + 1]);
            } else if (number && args[i].equals("--from")) {
                seed = Long.parseLong(args[i + 1]);
            } else {
                System.err.println("usage: scripts/torture sim [--plans N] [--from SEED]");
                System.exit(2);
            }
        }
        Path scratch = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "barkeeper")
                : Files.createTempDirectory("barkeeper");
        FaultTorture torture = new FaultTorture(scratch);
        int shown = 0;
        long from = seed;
        while (torture.plans < plans) {
            torture.play(seed++);
            while (shown < torture.failures.size()) {
                System.out.println(torture.failures.get(shown++));
            }
        }
        Files.deleteIfExists(scratch);
        System.out.println("faults on the simulated machine, seeds " + from + " to " + (seed - 1) + ": " + torture);
        System.exit(torture.failures.isEmpty() ? 0 : 1);
    }
}
