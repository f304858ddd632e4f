package io.barkeeper.hotplug;

import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.Received;
import io.barkeeper.nativeshim.Received.Datagram;
import io.barkeeper.nativeshim.UeventSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The uevents of the running kernel. A lost or cut message becomes {@link Heard.Overflow}. */
public final class UeventSource implements HotplugSource {

    private final UeventSocket socket;

    private UeventSource(UeventSocket socket) {
        this.socket = socket;
    }

    /** Listens from now on; events queue until they are listened to. */
    public static UeventSource open() throws ErrnoException {
        return new UeventSource(UeventSocket.open());
    }

    @Override
    public Heard listen(Duration timeout) throws IOException {
        Received received = socket.receive(timeout);
        if (received instanceof Datagram datagram) {
            return judge(datagram);
        }
        return received instanceof Received.Overflow ? new Heard.Overflow() : new Heard.Nothing();
    }

    /** Whether to believe a message comes before what it says. */
    static Heard judge(Datagram datagram) {
        Optional<String> doubt = SenderTrust.doubt(datagram);
        if (doubt.isPresent()) {
            return new Heard.Rejected(doubt.get());
        }
        if (datagram.truncated()) {
            return new Heard.Overflow();
        }
        ParsedUevent parsed = UeventParser.parse(datagram.bytes());
        if (parsed instanceof Uevent uevent) {
            return new Heard.Event(uevent);
        }
        return new Heard.Rejected(((Malformed) parsed).why());
    }

    @Override
    public void wake() {
        socket.wake();
    }

    @Override
    public void close() {
        socket.close();
    }
}
