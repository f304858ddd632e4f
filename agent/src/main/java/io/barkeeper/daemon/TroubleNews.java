package io.barkeeper.daemon;

import io.barkeeper.diagnosis.Trouble;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of every trouble once, in the log, the metrics and to followers, when a look finds it and the one before did not. */
final class TroubleNews {

    private static final Logger LOG = LoggerFactory.getLogger(TroubleNews.class);

    private final Equipment equipment;
    private Set<String> known = Set.of();

    TroubleNews(Equipment equipment) {
        this.equipment = equipment;
    }

    /** @param now all that a look found */
    void tell(List<Trouble> now) {
        equipment.instruments().troubles(now);
        Set<String> keys = new HashSet<>();
        for (Trouble trouble : now) {
            String key = trouble.address() + " " + trouble.index() + " " + trouble.cause();
            keys.add(key);
            if (!known.contains(key)) {
                appeared(trouble);
            }
        }
        known = keys;
    }

    private void appeared(Trouble trouble) {
        equipment.instruments().troubleAppeared(trouble);
        String line = trouble.severity().label() + ": " + trouble.address() + ": " + trouble.why();
        if (trouble.isHarm()) {
            LogFields.of(LogEvent.ALLOCATION_FAILED)
                    .device(trouble.address())
                    .cause(trouble.cause().label())
                    .tell(() -> LOG.warn("{}", line));
            equipment.followers().tell("trouble", line);
        } else {
            LOG.debug("{}", line);
        }
    }
}
