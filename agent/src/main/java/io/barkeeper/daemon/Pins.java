package io.barkeeper.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.PolicyRules;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Devices that an administrator pinned at run time: neither they nor a bridge above them are taken out, so that their bus
 * number and their BARs stay. They outlive the daemon and the boot. A device is known by its path from the root, which
 * survives a change of bus numbers; its address is kept for people. For any thread.
 */
public final class Pins {

    private static final String SCHEMA = "barkeeper.pins/1";

    /**
     * One device.
     *
     * @param path from the root, as {@link Topology#path}
     * @param address that it had when it was pinned
     * @param ids vendor and device, {@code 8086:0953}
     */
    record Pin(String path, PciAddress address, String ids) {
        @Override
        public String toString() {
            return address + " (" + path + ", " + ids + ")";
        }
    }

    private final Path file;
    private final Map<String, Pin> pins = new TreeMap<>();
    private final Optional<String> damage;

    private Pins(Path file) {
        this.file = file;
        this.damage = read();
    }

    /** What a daemon kept; no pins where it kept none. The CLI reads them where no daemon runs. */
    public static Pins load(Path stateDir) {
        return new Pins(stateDir.resolve("pins.json"));
    }

    private Optional<String> read() {
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            for (JsonElement element : json.getAsJsonArray("pins")) {
                JsonObject pin = element.getAsJsonObject();
                String path = pin.get("path").getAsString();
                pins.put(
                        path,
                        new Pin(
                                path,
                                PciAddress.parse(pin.get("address").getAsString()),
                                pin.get("ids").getAsString()));
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | NullPointerException e) {
            return Optional.of("the pinned devices cannot be read from " + file + " (" + e.getMessage()
                    + "); put the file right, or delete it and pin again, then restart the daemon");
        }
    }

    /** Why it is not known what was pinned; then nothing may be moved. */
    public Optional<String> damage() {
        return damage;
    }

    synchronized List<Pin> all() {
        return List.copyOf(pins.values());
    }

    /**
     * Pins a device; when this returns, it is on disk.
     *
     * @throws IOException when it cannot be written; then it is not pinned
     */
    synchronized void add(Topology topology, PciFunction function) throws IOException {
        String path = topology.path(function.address());
        Map<String, Pin> more = new TreeMap<>(pins);
        more.put(path, new Pin(path, function.address(), function.ids().toString()));
        keep(more);
    }

    /**
     * Takes a pin away, by the address that the device has now, or that it had when it was pinned.
     *
     * @return whether there was one
     * @throws IOException when it cannot be written; then it stays pinned
     */
    synchronized boolean remove(Topology topology, PciAddress address) throws IOException {
        Optional<String> path = topology.find(address).map(f -> topology.path(address));
        Map<String, Pin> fewer = new TreeMap<>(pins);
        boolean removed = path.isPresent() && fewer.remove(path.get()) != null;
        if (!removed) {
            removed = fewer.values().removeIf(p -> p.address().equals(address));
        }
        if (removed) {
            keep(fewer);
        }
        return removed;
    }

    /** The rules, with the functions that are pinned on this machine. */
    public synchronized PolicyRules on(Topology topology, PolicyRules rules) {
        PolicyRules all = rules;
        if (pins.isEmpty()) {
            return all;
        }
        for (PciFunction function : topology.functions()) {
            if (pins.containsKey(topology.path(function.address()))) {
                all = all.pinning(function.address());
            }
        }
        return all;
    }

    /** {@code barkeeper.pins/1}. */
    JsonObject answer() {
        JsonArray array = new JsonArray();
        for (Pin pin : all()) {
            JsonObject one = new JsonObject();
            one.addProperty("address", pin.address().toString());
            one.addProperty("path", pin.path());
            one.addProperty("ids", pin.ids());
            array.add(one);
        }
        JsonObject json = new JsonObject();
        json.addProperty("schema", SCHEMA);
        json.add("pins", array);
        return json;
    }

    /** The new file takes the place of the old one at once, so that a crash leaves one of them whole. */
    private void keep(Map<String, Pin> changed) throws IOException {
        Map<String, Pin> before = new TreeMap<>(pins);
        pins.clear();
        pins.putAll(changed);
        Path fresh = file.resolveSibling("pins.json.new");
        try {
            Files.write(fresh, answer().toString().getBytes(StandardCharsets.UTF_8));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            pins.clear();
            pins.putAll(before);
            throw e;
        }
    }
}
