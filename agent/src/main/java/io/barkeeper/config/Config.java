package io.barkeeper.config;

import io.barkeeper.plan.Preferences;
import io.barkeeper.policy.PolicyRules;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an administrator says. Immutable.
 *
 * @param mode how much the daemon does by itself
 * @param settleQuietMicros how long no uevent must be heard before the machine is looked at, microseconds
 * @param settleLongestMicros how long a burst is waited for at most, microseconds
 * @param metricsSocket serve metrics on {@code metrics.sock} in the runtime directory
 * @param metricsListen serve metrics on this TCP address; empty for none
 * @param actOnUnknownKernel act on kernels that no generation of the model covers
 * @param allowHungTaskPanic act although the kernel panics when a task hangs
 * @param rules who may move: {@code policy.never}, then each {@code [[rule]]}, then {@code policy.movable}, of which
 *     the first that matches counts; and {@code policy.pins}
 * @param preferences who gets room first, and whom to disturb last: {@code priority} and {@code cost} of each {@code [[rule]]}
 */
public record Config(
        Mode mode,
        long settleQuietMicros,
        long settleLongestMicros,
        boolean metricsSocket,
        Optional<InetSocketAddress> metricsListen,
        boolean actOnUnknownKernel,
        boolean allowHungTaskPanic,
        PolicyRules rules,
        Preferences preferences) {

    /** Where the packaged daemon looks; drop-ins are in {@code conf.d} beside it. */
    public static final Path STANDARD_FILE = Path.of("/etc/barkeeper/barkeeper.toml");

    /** Without any file. */
    public static final Config DEFAULTS = new Draft().config();

    /** What reading came to. */
    public sealed interface Result {}

    /**
     * Everything could be read.
     *
     * @param config the values
     * @param settings each value with its origin, in the order of the documentation; a list that several files add to
     *     has one entry for each, and so has each rule
     */
    public record Loaded(Config config, List<Setting> settings) implements Result {
        public Loaded {
            settings = List.copyOf(settings);
        }
    }

    /** At least one mistake; none of the files counts. */
    public record Mistakes(List<Mistake> mistakes) implements Result {
        public Mistakes {
            mistakes = List.copyOf(mistakes);
        }

        @Override
        public String toString() {
            return String.join("\n", mistakes.stream().map(Mistake::toString).toList());
        }
    }

    /**
     * Reads a file and then, in the order of their names, the {@code *.toml} of a directory. A single value of a later
     * file replaces an earlier one; lists and rules add up. A file or directory that does not exist is no mistake.
     */
    public static Result load(Path file, Path dropIns) {
        return ConfigReader.read(file, dropIns);
    }

    /** Reads a file and the drop-ins in {@code conf.d} beside it. */
    public static Result load(Path file) {
        return load(file, file.resolveSibling("conf.d"));
    }
}
