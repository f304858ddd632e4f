package io.barkeeper.cli;

import io.barkeeper.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the administrator says on who may move and whom to prefer, where no daemon applies them: of the file that was named, or for the live
 * machine of the standard file. Another machine's tree or snapshot is judged by the defaults unless a file was named.
 */
final class Rules {

    private Rules() {}

    static Config of(Barkeeper barkeeper) throws Problem {
        Optional<Path> named = barkeeper.config();
        if (named.isPresent() && !Files.isReadable(named.get())) {
            throw new Problem(
                    "BK-CONFIG",
                    ExitCode.USAGE,
                    "the configuration " + named.get() + " cannot be read",
                    "name another");
        }
        boolean live = barkeeper.sysroot().isEmpty() && barkeeper.snapshot().isEmpty();
        Optional<Path> file = named.or(() -> live ? Optional.of(Config.STANDARD_FILE) : Optional.empty());
        if (file.isEmpty()) {
            return Config.DEFAULTS;
        }
        Config.Result result = Config.load(file.get());
        if (result instanceof Config.Loaded loaded) {
            return loaded.config();
        }
        throw new Problem(
                "BK-CONFIG", ExitCode.USAGE, "the configuration has mistakes:\n" + result, "mend them and try again");
    }
}
