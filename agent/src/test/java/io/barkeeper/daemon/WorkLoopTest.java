package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.hotplug.Heard;
import io.barkeeper.hotplug.HotplugSource;
import io.barkeeper.hotplug.Settling;
import io.barkeeper.hotplug.Uevent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bursts of uevents, on a clock that the source moves on. */
class WorkLoopTest {

    private static final int MANY = 10_000;
    private static final Heard CHANGE = uevent("change", "0000:03:00.0");
    private static final Heard NEWCOMER = uevent("add", "0000:06:00.0");

    /** Gives what it holds, each so long after the one before, then silence until it is listened to no more. */
    private final class Script implements HotplugSource {
        private final List<Heard> all;
        private final long gapMicros;
        private int next;

        Script(List<Heard> all, long gapMicros) {
            this.all = all;
            this.gapMicros = gapMicros;
        }

        @Override
        public Heard listen(Duration timeout) {
            if (next < all.size()) {
                now += gapMicros;
                return all.get(next++);
            }
            if (timeout.equals(heartbeat.period())) {
                silence.run();
            } else {
                now += timeout.toNanos() / 1000;
            }
            return new Heard.Nothing();
        }

        @Override
        public void wake() {}

        @Override
        public void close() {}
    }

    private long now;
    /** Run when the first thing was heard. */
    private final List<Runnable> jobs = new ArrayList<>();

    private Runnable silence = () -> {};
    private final List<Heard> heard = new ArrayList<>();
    /** How many things had been heard at each look. */
    private final List<Integer> looks = new ArrayList<>();

    private final Heartbeat heartbeat = new Heartbeat(() -> {}, Optional.of(Duration.ofSeconds(60)), () -> now);

    private void play(List<Heard> all, long gapMicros) throws Exception {
        WorkLoop.Work work = new WorkLoop.Work() {
            @Override
            public boolean heard(Heard what) {
                if (what instanceof Heard.Nothing) {
                    return false;
                }
                return heard.add(what);
            }

            @Override
            public void settled() {
                looks.add(heard.size());
            }
        };
        Settling settling = Settling.of(Settling.DEFAULT_QUIET_MICROS, Settling.DEFAULT_LONGEST_MICROS);
        WorkLoop loop = new WorkLoop(new Script(all, gapMicros), work, heartbeat, settling, () -> now);
        silence = loop::stop;
        jobs.forEach(loop::submit);
        loop.run();
    }

    private static Heard uevent(String action, String address) {
        return new Heard.Event(new Uevent(
                action,
                "/devices/pci0000:00/" + address,
                Map.of("ACTION", action, "SUBSYSTEM", "pci", "PCI_SLOT_NAME", address)));
    }

    private static List<Heard> burst() {
        return new ArrayList<>(Collections.nCopies(MANY, CHANGE));
    }

    @Test
    void aBurstIsLookedAtOnceWhenItIsOver() throws Exception {
        List<Heard> burst = burst();
        burst.set(MANY / 2, NEWCOMER);
        play(burst, 100);
        assertThat(heard).hasSize(MANY).contains(NEWCOMER);
        assertThat(looks).containsExactly(MANY);
    }

    @Test
    void anOverflowLeadsToOneLook() throws Exception {
        List<Heard> burst = burst();
        burst.set(MANY / 2, new Heard.Overflow());
        play(burst, 100);
        assertThat(looks).containsExactly(MANY);
    }

    @Test
    void anOverflowAloneLeadsToOneLook() throws Exception {
        play(List.of(new Heard.Overflow()), 100);
        assertThat(looks).containsExactly(1);
    }

    @Test
    void whatWaitedWhileTheLoopWasHeldUpIsHeardBeforeTheBurstIsOver() throws Exception {
        jobs.add(() -> now += Settling.DEFAULT_QUIET_MICROS + 1);
        play(List.of(CHANGE, CHANGE, NEWCOMER), 0);
        assertThat(looks).containsExactly(3);
    }

    @Test
    void eachJobHasItsOwnTimeHoweverManyWait() throws Exception {
        List<Boolean> alive = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(() -> {
                now += Heartbeat.USUAL.toNanos() / 1000;
                alive.add(heartbeat.isAlive());
            });
        }
        play(List.of(CHANGE), 0);
        assertThat(alive).hasSize(5).doesNotContain(false);
    }

    @Test
    void aStormWithoutAnEndIsNotWaitedForForEver() throws Exception {
        play(burst(), 2_000);
        int within = (int) (Settling.DEFAULT_LONGEST_MICROS / 2_000);
        assertThat(looks.get(0)).isBetween(within, within + 2);
        assertThat(looks).hasSize(MANY / within).last().isEqualTo(MANY);
    }
}
