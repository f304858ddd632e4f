package io.barkeeper.daemon;

import io.barkeeper.config.Config;
import io.barkeeper.config.Mistake;
import io.barkeeper.config.Setting;
import io.barkeeper.hotplug.Settling;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again. With a mistake in it everything stays as it is, and every mistake is told; otherwise
 * what can change at run time changes at once, and what cannot is named. Runs on the work loop, so never inside a
 * transaction.
 */
final class Reload {

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    /** Takes what can change while the daemon runs. */
    interface Taker {
        /**
         * @param modeChanged the file names another mode than before; otherwise a mode that was set at run time stays
         */
        void take(Config config, Settling settling, boolean modeChanged);
    }

    private final Supplier<Config.Result> reader;
    private final Taker taker;
    private Config current;

    /** @param current what is in force */
    Reload(Config current, Supplier<Config.Result> reader, Taker taker) {
        this.current = current;
        this.reader = reader;
        this.taker = taker;
    }

    /** What came of it, in one line for people. */
    String run() {
        Config.Result result = reader.get();
        if (result instanceof Config.Loaded loaded) {
            return take(loaded);
        }
        if (result instanceof Config.Mistakes mistakes) {
            for (Mistake mistake : mistakes.mistakes()) {
                LOG.error("BK-CONFIG: {}", mistake);
            }
            String kept = "the configuration has " + count(mistakes.mistakes().size(), "mistake")
                    + ", so that of before stays in force";
            LOG.error("BK-CONFIG: {}. 'barkeeper config check' shows them again", kept);
            return kept;
        }
        throw new AssertionError(result);
    }

    private String take(Config.Loaded loaded) {
        Config config = loaded.config();
        for (String key : fixed(config)) {
            LOG.warn("BK-CONFIG: {} has changed, and counts after 'systemctl restart barkeeperd'", key);
        }
        taker.take(
                config,
                Settling.of(config.settleQuietMicros(), config.settleLongestMicros()),
                config.mode() != current.mode());
        current = config;
        long own = loaded.settings().stream()
                .filter(s -> !s.origin().equals(Setting.DEFAULT))
                .count();
        String told = "the configuration was read again and is in force: " + count(own, "value") + " from files";
        LOG.info("{}", told);
        return told;
    }

    /** Sockets are opened once. */
    private List<String> fixed(Config next) {
        List<String> keys = new ArrayList<>();
        if (next.metricsSocket() != current.metricsSocket()) {
            keys.add("metrics.socket");
        }
        if (!next.metricsListen().equals(current.metricsListen())) {
            keys.add("metrics.listen");
        }
        return keys;
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
