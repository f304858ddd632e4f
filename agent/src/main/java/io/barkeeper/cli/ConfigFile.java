package io.barkeeper.cli;

import io.barkeeper.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration that the command line names, or the standard one. */
final class ConfigFile {

    private final Path path;

    private ConfigFile(Path path) {
        this.path = path;
    }

    /** @throws Problem when a file was named that cannot be read; without the standard file the defaults count */
    static ConfigFile of(Barkeeper barkeeper) throws Problem {
        Path path = barkeeper.config().orElse(Config.STANDARD_FILE);
        if (barkeeper.config().isPresent() && !Files.isReadable(path)) {
            throw new Problem(
                    "BK-CONFIG", ExitCode.USAGE, "the configuration " + path + " cannot be read", "name another");
        }
        return new ConfigFile(path);
    }

    Config.Result read() {
        return Config.load(path);
    }

    boolean exists() {
        return Files.exists(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
