package io.barkeeper.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotFormatException;
import io.barkeeper.snapshot.SnapshotJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A machine, an action, and what a real kernel made of it.
 *
 * @param name kernel series, seed and number of the step: {@code 6.12-1004-7}
 * @param before the machine, with what is plugged in and not known to the kernel
 * @param action as in {@link LabAction#text()}
 * @param plugged what a hot-plug brought: the functions, seen in the first snapshot that had them
 * @param after what the guest showed
 * @param noRoom resources that the kernel found no room for and that stayed without
 * @param harmed resources that a function lost or that moved although the action did not touch the function
 */
record Triple(
        String name,
        Topology before,
        String action,
        List<PciFunction> plugged,
        Observed after,
        List<String> noRoom,
        List<String> harmed) {

    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.add("before", SnapshotJson.toJson(before));
        json.addProperty("action", action);
        json.add("plugged", SnapshotJson.toJson(before.with(List.of(), plugged)).get("detached"));
        json.add("after", GSON.toJsonTree(after));
        json.add("noRoom", GSON.toJsonTree(noRoom));
        json.add("harmed", GSON.toJsonTree(harmed));
        return json;
    }

    private static Triple fromJson(JsonElement element) throws SnapshotFormatException {
        JsonObject json = element.getAsJsonObject();
        Topology before = SnapshotJson.fromJson(json.get("before"));
        JsonObject carrier = json.getAsJsonObject("before").deepCopy();
        carrier.add("devices", new JsonArray());
        carrier.add("detached", json.get("plugged"));
        return new Triple(
                json.get("name").getAsString(),
                before,
                json.get("action").getAsString(),
                SnapshotJson.fromJson(carrier).detached(),
                GSON.fromJson(json.get("after"), Observed.class),
                strings(json.get("noRoom")),
                strings(json.get("harmed")));
    }

    private static List<String> strings(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    /** Writes triples as gzipped JSON, one a line. */
    static void write(Path file, List<Triple> triples) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (Writer out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(file), 1 << 16), StandardCharsets.UTF_8)) {
            for (Triple triple : triples) {
                out.write(GSON.toJson(triple.toJson()) + "\n");
            }
        }
    }

    /** Reads a fixture: a file of the class path, named from its root. */
    static List<Triple> recorded(String name) throws IOException, SnapshotFormatException {
        try (InputStream in = Triple.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks " + name);
            }
            return read(in);
        }
    }

    /** Reads what {@link #write} wrote. */
    static List<Triple> read(InputStream zipped) throws IOException, SnapshotFormatException {
        List<Triple> triples = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(zipped, 1 << 16), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                triples.add(fromJson(JsonParser.parseString(line)));
            }
        }
        return triples;
    }
}
