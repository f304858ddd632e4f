package io.barkeeper.daemon;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failed predictions, each kept as a gzipped JSON file {@code NNNNNNNN.triples.gz} for a bug report. At most
 * {@link #MOST_FILES} are kept and at most {@link #MOST_BYTES} of them. The newest stay, since they are of the kernel that
 * runs now; the last one always does.
 */
final class Misses {

    static final int MOST_FILES = 16;

    static final long MOST_BYTES = 16L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Misses.class);
    private static final Pattern NAME = Pattern.compile("(\\d{8})\\.triples\\.gz");
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** Makes the content of a file from its name. */
    interface Content {
        JsonObject named(String name);
    }

    private final Path folder;

    Misses(Path folder) {
        this.folder = folder;
    }

    /** Keeps one more; empty when it cannot be written, which is told. */
    Optional<Path> keep(Content content) {
        try {
            Files.createDirectories(folder);
            List<Path> files = files();
            String name = String.format("%08d", files.isEmpty() ? 1 : number(files.get(files.size() - 1)) + 1);
            Path file = folder.resolve(name + ".triples.gz");
            Path fresh = folder.resolve(name + ".new");
            try (Writer out = new OutputStreamWriter(
                    new GZIPOutputStream(Files.newOutputStream(fresh)), StandardCharsets.UTF_8)) {
                out.write(GSON.toJson(content.named("miss-" + name)) + "\n");
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            prune();
            return Optional.of(file);
        } catch (IOException e) {
            LOG.warn("BK-MISSES: the failed prediction cannot be kept in {}: {}", folder, e.toString());
            return Optional.empty();
        }
    }

    private void prune() throws IOException {
        List<Path> files = files();
        long bytes = 0;
        for (int i = files.size() - 1; i >= 0; i--) {
            bytes += Files.size(files.get(i));
            int kept = files.size() - i;
            if (kept > 1 && (kept > MOST_FILES || bytes > MOST_BYTES)) {
                Files.delete(files.get(i));
            }
        }
    }

    /** Oldest first. */
    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return new ArrayList<>(all.filter(
                            f -> NAME.matcher(String.valueOf(f.getFileName())).matches())
                    .sorted()
                    .toList());
        }
    }

    private static long number(Path file) {
        Matcher m = NAME.matcher(String.valueOf(file.getFileName()));
        return m.matches() ? Long.parseLong(m.group(1)) : 0;
    }
}
