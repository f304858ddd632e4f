package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the service manager hears, on a clock that the test moves on. */
@Timeout(60)
class HeartbeatTest {

    private static final Optional<Duration> INTERVAL = Optional.of(Duration.ofMillis(2));

    private long now = 1_000;
    private int heard;
    private final Heartbeat heartbeat = new Heartbeat(() -> heard++, INTERVAL, () -> now);

    private void pass(Duration time) {
        now += time.toNanos() / 1000;
    }

    /** How many of these many signals were sent. */
    private int signals(int times) {
        int before = heard;
        for (int i = 0; i < times; i++) {
            heartbeat.signal();
        }
        return heard - before;
    }

    @Test
    void theManagerHearsOfALoopThatIsAsSilentAsItMayBe() {
        heartbeat.beat(Duration.ofMinutes(10));
        pass(Duration.ofMinutes(10));
        assertThat(signals(3)).isEqualTo(3);
    }

    @Test
    void itHearsNothingOfOneThatIsSilentForLonger() {
        heartbeat.beat(Duration.ofMinutes(10));
        pass(Duration.ofMinutes(10).plusNanos(1_000));
        assertThat(signals(3)).isZero();
    }

    @Test
    void aLoopThatComesBackInTimeIsHeardAgain() {
        pass(Heartbeat.USUAL.plusSeconds(1));
        assertThat(signals(1)).isZero();
        heartbeat.beat(Heartbeat.USUAL);
        assertThat(signals(1)).isEqualTo(1);
    }

    @Test
    void theLoopBeatsTwiceInAnInterval() {
        assertThat(heartbeat.period()).isEqualTo(INTERVAL.orElseThrow().dividedBy(2));
        Heartbeat unwatched = new Heartbeat(() -> heard++, Optional.empty(), () -> now);
        unwatched.start();
        unwatched.close();
        assertThat(heard).as("nobody watches").isZero();
    }

    /** As while the manager reloads itself, or is too busy to read its socket. */
    @Test
    void aSignalThatIsNotTakenIsFollowedByOthers() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        CountDownLatch third = new CountDownLatch(3);
        Heartbeat.Signal deaf = () -> {
            third.countDown();
            if (sent.incrementAndGet() < 3) {
                throw new ErrnoException(Errno.EAGAIN, "sendto", "NOTIFY_SOCKET");
            }
        };
        try (Heartbeat own = new Heartbeat(deaf, INTERVAL, () -> 1_000)) {
            own.start();
            third.await();
        }
        assertThat(sent.get()).isGreaterThanOrEqualTo(3);
    }
}
