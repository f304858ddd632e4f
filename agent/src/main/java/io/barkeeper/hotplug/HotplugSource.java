package io.barkeeper.hotplug;

import java.io.IOException;
import java.time.Duration;

/** Where uevents come from. One thread listens; any may wake it. */
public interface HotplugSource extends AutoCloseable {

    /**
     * Listens until something is heard, the time is over, or {@link #wake} is called.
     *
     * @throws IOException when there will be no more uevents
     */
    Heard listen(Duration timeout) throws IOException;

    /** Ends a running or else the next {@link #listen} with {@link Heard.Nothing}. */
    void wake();

    @Override
    void close();
}
