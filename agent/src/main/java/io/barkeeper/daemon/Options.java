package io.barkeeper.daemon;

import io.barkeeper.config.Config;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The command line of {@code barkeeperd}.
 *
 * @param config the configuration file
 * @param configNamed the file was named, so it must be there
 * @param sysroot a captured tree to look at in place of the machine
 * @param simulate a snapshot to simulate in place of the machine
 * @param stateDir what outlives the process
 * @param runtimeDir sockets and the lock
 */
record Options(
        Path config,
        boolean configNamed,
        Optional<Path> sysroot,
        Optional<Path> simulate,
        Path stateDir,
        Path runtimeDir) {

    private static final Path STATE_DIR = Path.of("/var/lib/barkeeper");

    static final String USAGE = "usage: barkeeperd [--config FILE] [--sysroot DIR | --simulate SNAPSHOT]"
            + " [--state-dir DIR] [--runtime-dir DIR]";

    static Options parse(List<String> arguments) throws StartFailure {
        Options options = new Options(
                Config.STANDARD_FILE, false, Optional.empty(), Optional.empty(), STATE_DIR, Path.of("/run/barkeeper"));
        Deque<String> rest = new ArrayDeque<>(arguments);
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            Path value = equals < 0 ? next(name, rest) : Path.of(word.substring(equals + 1));
            options = options.with(name, value);
        }
        if (options.sysroot.isPresent() && options.simulate.isPresent()) {
            throw usage("--sysroot and --simulate exclude each other");
        }
        return options.apartFromTheMachine();
    }

    /** What another machine than this one leaves behind must not mix with this machine's memory and journal. */
    private Options apartFromTheMachine() {
        boolean live = sysroot.isEmpty() && simulate.isEmpty();
        return live || !stateDir.equals(STATE_DIR)
                ? this
                : new Options(config, configNamed, sysroot, simulate, STATE_DIR.resolve("offline"), runtimeDir);
    }

    private static Path next(String name, Deque<String> rest) throws StartFailure {
        if (!List.of("--config", "--sysroot", "--simulate", "--state-dir", "--runtime-dir")
                .contains(name)) {
            throw usage("unknown argument '" + name + "'");
        }
        if (rest.isEmpty()) {
            throw usage(name + " needs a value");
        }
        return Path.of(rest.removeFirst());
    }

    private Options with(String name, Path value) throws StartFailure {
        return switch (name) {
            case "--config" -> new Options(value, true, sysroot, simulate, stateDir, runtimeDir);
            case "--sysroot" -> new Options(config, configNamed, Optional.of(value), simulate, stateDir, runtimeDir);
            case "--simulate" -> new Options(config, configNamed, sysroot, Optional.of(value), stateDir, runtimeDir);
            case "--state-dir" -> new Options(config, configNamed, sysroot, simulate, value, runtimeDir);
            case "--runtime-dir" -> new Options(config, configNamed, sysroot, simulate, stateDir, value);
            default -> throw usage("unknown argument '" + name + "'");
        };
    }

    private static StartFailure usage(String why) {
        return new StartFailure("BK-USAGE", StartFailure.USAGE, why + "\n" + USAGE);
    }
}
