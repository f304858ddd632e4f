package io.barkeeper.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.barkeeper.diagnosis.History;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotFormatException;
import io.barkeeper.snapshot.SnapshotJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be known again when the daemon is started anew in the same boot: the last good snapshot, what was ever
 * assigned, and why the mode is held down. A file of another boot is of no use and is replaced. What cannot be written is
 * said once and does not stop the daemon.
 */
final class BootMemory {

    private static final Logger LOG = LoggerFactory.getLogger(BootMemory.class);
    private static final String SCHEMA = "barkeeper.boot/1";

    private final Path file;
    private final String bootId;
    private History history = History.NONE;
    private Optional<String> wedged = Optional.empty();
    private Optional<String> missed = Optional.empty();
    private String lastTransaction = "";
    private String leftMachine = "";
    private Brakes.Marks brakes = Brakes.Marks.NONE;
    private boolean complained;

    private BootMemory(Path file, String bootId) {
        this.file = file;
        this.bootId = bootId;
    }

    /** @param bootId of the running kernel; empty text when unknown, and then nothing is remembered */
    static BootMemory load(Path stateDir, String bootId) {
        BootMemory memory = new BootMemory(stateDir.resolve("boot.json"), bootId);
        try {
            memory.read(JsonParser.parseString(Files.readString(memory.file)).getAsJsonObject());
        } catch (NoSuchFileException e) {
            LOG.debug("nothing is remembered of this boot");
        } catch (IOException
                | JsonParseException
                | SnapshotFormatException
                | IllegalStateException
                | IllegalArgumentException e) {
            LOG.warn(
                    "BK-MEMORY: {} cannot be read ({}); what this boot looked like before is forgotten",
                    memory.file,
                    e.getMessage());
            memory.history = History.NONE;
        }
        return memory;
    }

    private void read(JsonObject json) throws SnapshotFormatException {
        if (!SCHEMA.equals(text(json, "schema")) || bootId.isEmpty() || !bootId.equals(text(json, "bootId"))) {
            return;
        }
        Set<ResourceId> everAssigned = new HashSet<>();
        for (JsonElement element : json.getAsJsonArray("everAssigned")) {
            String[] parts = element.getAsString().split("/", 2);
            everAssigned.add(new ResourceId(PciAddress.parse(parts[0]), Integer.parseInt(parts[1])));
        }
        Optional<Topology> lastGood =
                json.has("lastGood") ? Optional.of(SnapshotJson.fromJson(json.get("lastGood"))) : Optional.empty();
        history = new History(lastGood, everAssigned);
        wedged = Optional.of(text(json, "wedged")).filter(t -> !t.isEmpty());
        missed = Optional.of(text(json, "missed")).filter(t -> !t.isEmpty());
        lastTransaction = text(json, "lastTransaction");
        leftMachine = text(json, "leftMachine");
        brakes = new Brakes.Marks(texts(json, "plansRun"), texts(json, "plansFailed"));
    }

    private static Set<String> texts(JsonObject json, String key) {
        Set<String> texts = new HashSet<>();
        if (json.has(key)) {
            json.getAsJsonArray(key).forEach(e -> texts.add(e.getAsString()));
        }
        return texts;
    }

    private static String text(JsonObject json, String key) {
        return json.has(key) ? json.get(key).getAsString() : "";
    }

    History history() {
        return history;
    }

    /** Why nothing may be written in this boot any more. */
    Optional<String> wedged() {
        return wedged;
    }

    /** Which prediction of this boot has failed. */
    Optional<String> missed() {
        return missed;
    }

    /** One more look; {@code good} when nothing was lost in it. */
    void seen(Topology now, boolean good) {
        History next = history.seen(now, good);
        if (!next.equals(history)) {
            history = next;
            save();
        }
    }

    private static JsonArray array(Set<String> texts) {
        JsonArray array = new JsonArray();
        new TreeSet<>(texts).forEach(array::add);
        return array;
    }

    Brakes.Marks brakes() {
        return brakes;
    }

    void brakes(Brakes.Marks marks) {
        brakes = marks;
        save();
    }

    /** A digest of the machine that this transaction left; empty when it was not the last of this boot. */
    Optional<String> left(String transaction) {
        return lastTransaction.equals(transaction) && !leftMachine.isEmpty()
                ? Optional.of(leftMachine)
                : Optional.empty();
    }

    void leaves(String transaction, String machine) {
        lastTransaction = transaction;
        leftMachine = machine;
        save();
    }

    void wedge(String why) {
        wedged = Optional.of(why);
        save();
    }

    void miss(String what) {
        missed = Optional.of(what);
        save();
    }

    /** The new file takes the place of the old one at once, so that a crash leaves one of them whole. */
    private void save() {
        if (bootId.isEmpty()) {
            return;
        }
        JsonObject json = new JsonObject();
        json.addProperty("schema", SCHEMA);
        json.addProperty("bootId", bootId);
        JsonArray ids = new JsonArray();
        new TreeSet<>(history.everAssigned()).forEach(id -> ids.add(id.address() + "/" + id.index()));
        json.add("everAssigned", ids);
        history.lastGood().ifPresent(t -> json.add("lastGood", SnapshotJson.toJson(t)));
        wedged.ifPresent(t -> json.addProperty("wedged", t));
        missed.ifPresent(t -> json.addProperty("missed", t));
        json.addProperty("lastTransaction", lastTransaction);
        json.addProperty("leftMachine", leftMachine);
        json.add("plansRun", array(brakes.run()));
        json.add("plansFailed", array(brakes.failed()));
        Path fresh = file.resolveSibling("boot.json.new");
        try {
            Files.writeString(fresh, json.toString());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            complained = false;
        } catch (IOException e) {
            if (!complained) {
                LOG.warn("BK-MEMORY: {} cannot be written: {}", file, e.toString());
            }
            complained = true;
        }
    }
}
