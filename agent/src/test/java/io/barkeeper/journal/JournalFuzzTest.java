package io.barkeeper.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample of the campaign {@code scripts/torture fuzz}. */
class JournalFuzzTest {

    @Test
    void aDamagedJournalGivesNoRecordThatWasNeverWritten(@TempDir Path folder) throws Exception {
        JournalFuzz fuzz = new JournalFuzz(folder);
        for (long seed = 1; seed <= 1000; seed++) {
            fuzz.play(seed);
        }
        assertThat(fuzz.failures).isEmpty();
    }
}
