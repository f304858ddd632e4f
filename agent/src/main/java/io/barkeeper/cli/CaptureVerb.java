package io.barkeeper.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.machine.FileTrouble;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.sysfs.Capture;
import io.barkeeper.snapshot.ReadNotes;
import io.barkeeper.snapshot.SnapshotJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads the machine itself, also where a daemon runs: what the files say is what a bug report needs. */
@Command(
        name = "capture",
        description = {
            "Packs what a bug report needs into a .tar.gz.",
            "All files that are read of the machine, the kernel log, a snapshot, and the daemon's journal and failed",
            "predictions. Unpacked, --sysroot reads it.",
            "It holds serial numbers of devices and disks, MAC addresses and the kernel log: look before you send it."
        })
final class CaptureVerb extends Verb {

    /** Where everything lies in the archive that is not the machine's own. */
    private static final String OURS = "barkeeper/";

    private static final Path STATE = Path.of("/var/lib/barkeeper");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.tar.gz",
            defaultValue = "barkeeper-capture.tar.gz",
            description = "Write to FILE.tar.gz, which must not exist. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("barkeeper-capture.tar.gz");

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Where the daemon keeps its journal. Default: /var/lib/barkeeper, or that of the tree.")
    private @Nullable Path stateDir;

    CaptureVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem {
        if (barkeeper.snapshot().isPresent()) {
            throw Problem.usage("a snapshot holds no files that could be captured", "leave out --snapshot");
        }
        Path root = barkeeper.sysroot().orElse(barkeeper.surroundings().root());
        List<String> notes = new ArrayList<>();
        TreeMap<String, Capture.Item> items = new TreeMap<>();
        try {
            Capture.Result captured = Capture.of(root);
            items.putAll(captured.items());
            captured.seen().notes().notes().stream()
                    .map(ReadNotes.Note::toString)
                    .forEach(notes::add);
            captured.refused().forEach(r -> notes.add("not captured: " + r));
            add(
                    items,
                    OURS + "snapshot.json",
                    Console.document(SnapshotJson.toJson(captured.seen().topology())));
        } catch (MachineException e) {
            throw new Problem(e.code(), ExitCode.UNEXPECTED, String.valueOf(e.getMessage()), "");
        } catch (IOException e) {
            throw new Problem("BK-NOT-A-SYSROOT", ExitCode.USAGE, root + ": " + FileTrouble.of(e), "");
        }
        state(barkeeper, items, notes);
        add(items, OURS + "notes.txt", String.join("\n", notes) + "\n");
        write(items);
        report(barkeeper, items.size(), notes);
        return ExitCode.DONE;
    }

    private static void add(Map<String, Capture.Item> items, String name, String text) {
        items.put(name, new Capture.Content(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** What the daemon keeps: memory of this boot, journal, failed predictions. */
    private void state(Barkeeper barkeeper, Map<String, Capture.Item> items, List<String> notes) {
        Path ofTree = barkeeper.sysroot().map(r -> r.resolve(OURS + "state")).orElse(STATE);
        Path from = Optional.ofNullable(stateDir).orElse(ofTree);
        for (String part : List.of("", "journal", "misses")) {
            Path folder = from.resolve(part);
            if (!Files.exists(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(f -> !f.endsWith("lock")).sorted().toList()) {
                    if (Files.isRegularFile(file)) {
                        String name = OURS + "state/" + from.relativize(file);
                        items.put(name, new Capture.Content(Files.readAllBytes(file)));
                    }
                }
            } catch (IOException e) {
                notes.add("not captured: " + folder + ": " + FileTrouble.of(e));
            }
        }
    }

    /** Only its owner may read the file: it tells much of the machine. */
    private void write(Map<String, Capture.Item> items) throws Problem {
        try {
            Files.createFile(
                    output, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (Archive archive =
                    new Archive(Files.newOutputStream(output), Instant.now().getEpochSecond())) {
                for (Map.Entry<String, Capture.Item> item : items.entrySet()) {
                    if (item.getValue() instanceof Capture.Link link) {
                        archive.link(item.getKey(), link.target());
                    } else if (item.getValue() instanceof Capture.Content content) {
                        archive.file(item.getKey(), content.bytes());
                    } else if (!item.getKey().isEmpty()) {
                        archive.directory(item.getKey());
                    }
                }
            }
        } catch (IOException e) {
            throw new Problem(
                    "BK-OUTPUT",
                    ExitCode.UNEXPECTED,
                    "cannot write " + output + ": " + (Files.exists(output) ? "it exists" : FileTrouble.of(e)),
                    "name another file with -o");
        }
    }

    private void report(Barkeeper barkeeper, int count, List<String> notes) {
        Console console = barkeeper.console();
        if (barkeeper.json()) {
            JsonObject json = new JsonObject();
            json.addProperty("schema", "barkeeper.capture/1");
            json.addProperty("file", output.toString());
            json.addProperty("entries", count);
            JsonArray array = new JsonArray();
            notes.forEach(array::add);
            json.add("notes", array);
            console.print(json);
            return;
        }
        notes.forEach(console::note);
        console.print(List.of(
                output + ": " + count + " entries. It holds serial numbers, MAC addresses and the kernel log.",
                "Unpacked, it is read with: barkeeper --sysroot DIR list"));
    }
}
