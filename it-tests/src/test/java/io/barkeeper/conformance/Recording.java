package io.barkeeper.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What one machine did: how it was built, and after each action what the guest showed. Independent of the model, so that it can
 * be held against a later model as often as one likes. A gzipped file with one JSON object a line, the head first.
 *
 * @param head the machine
 * @param steps the first one is the boot
 */
record Recording(Head head, List<Step> steps) {
    /**
     * How the machine was built.
     *
     * @param story name of the story that was played; none for a random machine
     */
    record Head(
            long seed,
            String series,
            String release,
            boolean acpi,
            List<String> devices,
            List<String> kernelWords,
            @Nullable String story) {
        /** Names the triple made of a step. */
        String nameOf(int step) {
            return series + "-" + (story == null ? Long.toString(seed) : story) + "-" + step;
        }
    }

    /**
     * One action and what came of it.
     *
     * @param action {@code boot}, or as in {@link LabAction#text()}
     * @param plug what QEMU plugged in
     * @param slot QEMU's bus of a plug or unplug
     * @param millis how long it took
     * @param output what the guest's shell said, empty when all went well
     * @param view what {@link GuestView#SCRIPT} printed afterwards
     */
    record Step(String action, List<String> plug, String slot, long millis, String output, String view) {}

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    static Recording read(Path file) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file), 1 << 16), StandardCharsets.UTF_8))) {
            Head head = GSON.fromJson(in.readLine(), Head.class);
            List<Step> steps = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                steps.add(GSON.fromJson(line, Step.class));
            }
            return new Recording(head, steps);
        }
    }

    /** Writes a recording step by step, so that what was seen before a failure is kept. */
    static final class Sink implements Closeable {
        private final Path file;
        private final Path unfinished;
        private final Writer out;

        Sink(Path file, Head head) throws IOException {
            this.file = file;
            Files.createDirectories(file.toAbsolutePath().getParent());
            unfinished = file.resolveSibling(file.getFileName() + ".part");
            out = new OutputStreamWriter(
                    new GZIPOutputStream(Files.newOutputStream(unfinished), 1 << 16), StandardCharsets.UTF_8);
            out.write(GSON.toJson(head) + "\n");
        }

        void add(Step step) throws IOException {
            out.write(GSON.toJson(step) + "\n");
        }

        @Override
        public void close() throws IOException {
            out.close();
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
