package io.barkeeper.control;

import java.nio.ByteBuffer;
import java.time.Duration;

/** What is spoken on one connection. Called on the server's thread only, so it must not block. */
interface Dialogue {

    /** Makes the dialogue of a new connection. */
    interface Opening {
        Dialogue open(Connection connection);
    }

    /** Takes what was read; all of it. */
    void received(ByteBuffer bytes);

    /** How long the peer may stay silent in the present state; negative for as long as it likes. */
    Duration patience();

    /** The connection is gone; nothing can be sent any more. */
    void closed();
}
