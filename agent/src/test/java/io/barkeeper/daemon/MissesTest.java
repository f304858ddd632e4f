package io.barkeeper.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissesTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void keepsTheNewest() throws Exception {
        Misses misses = new Misses(folder.resolve("misses"));
        for (int i = 0; i < Misses.MOST_FILES + 3; i++) {
            assertThat(misses.keep(name -> new JsonObject())).isPresent();
        }
        try (Stream<Path> files = Files.list(folder.resolve("misses"))) {
            List<String> names =
                    files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
            assertThat(names).hasSize(Misses.MOST_FILES).first().isEqualTo("00000004.triples.gz");
        }
    }

    @Test
    void saysSoWhenNothingCanBeWritten() throws Exception {
        Files.writeString(folder.resolve("misses"), "");

        assertThat(new Misses(folder.resolve("misses")).keep(name -> new JsonObject()))
                .isEmpty();
    }
}
