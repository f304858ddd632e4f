package io.barkeeper.hotplug;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettlingTest {

    @Test
    void isNotDueWhileNothingWasHeard() {
        assertThat(Settling.of(500, 5000).isDue(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void waitsForQuietAfterTheLastUevent() {
        Settling settling = Settling.of(500, 5000).heard(1000).heard(1400);

        assertThat(settling.isDue(1899)).isFalse();
        assertThat(settling.isDue(1900)).isTrue();
    }

    @Test
    void waitsForABurstNoLongerThanAllowed() {
        Settling settling = Settling.of(500, 5000);
        for (long now = 0; now < 5000; now += 100) {
            assertThat(settling.isDue(now)).isFalse();
            settling = settling.heard(now);
        }
        assertThat(settling.isDue(5000)).isTrue();
    }

    @Test
    void beginsAnewWhenABurstIsOver() {
        Settling settling = Settling.of(500, 5000).heard(0).over();

        assertThat(settling.due()).isEmpty();
        assertThat(settling.heard(9000).due()).hasValue(9500);
    }
}
