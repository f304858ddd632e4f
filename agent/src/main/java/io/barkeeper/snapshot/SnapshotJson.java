package io.barkeeper.snapshot;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.FirmwareMap;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.Topology;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topology as {@code barkeeper.snapshot/1}, and back. Nothing of a topology is lost on the way, so that what is
 * computed from a snapshot is what would be computed from the machine.
 */
public final class SnapshotJson {

    /** Where the parser says that it stopped. */
    private static final Pattern PLACE = Pattern.compile("line (\\d+) column (\\d+)");

    public static final String SCHEMA = "barkeeper.snapshot/1";

    private static final Pattern HOST = Pattern.compile("([0-9a-fA-F]{4,8}):([0-9a-fA-F]{2})");

    private SnapshotJson() {}

    public static JsonObject toJson(Topology topology) {
        JsonObject json = new JsonObject();
        KernelIdentity kernel = topology.kernel();
        json.addProperty("schema", SCHEMA);
        json.addProperty("kernel", kernel.release());
        json.addProperty("kernelVersion", kernel.version());
        json.addProperty("architecture", kernel.architecture());
        json.addProperty("bootId", kernel.bootId());
        json.addProperty("commandLine", kernel.commandLine());
        json.add("hostBridges", hostBridges(topology.hostBridges()));
        json.add("reserved", reserved(topology.reserved()));
        json.add("firmware", firmware(topology.firmware()));
        json.addProperty("resourceAlignment", topology.resourceAlignment());
        json.add("devices", functions(topology.functions()));
        json.add("detached", functions(topology.detached()));
        return json;
    }

    private static JsonArray hostBridges(List<HostBridge> hosts) {
        JsonArray array = new JsonArray();
        for (HostBridge host : hosts) {
            JsonObject json = new JsonObject();
            json.addProperty("address", host.name());
            json.addProperty("lastBus", host.lastBus());
            boolean unknown = !host.complete() && host.apertures().isEmpty();
            json.add("apertures", unknown ? JsonNull.INSTANCE : apertures(host));
            if (!host.complete() && !unknown) {
                json.addProperty("aperturesComplete", false);
            }
            array.add(json);
        }
        return array;
    }

    private static JsonArray apertures(HostBridge host) {
        JsonArray apertures = new JsonArray();
        for (HostBridge.Aperture aperture : host.apertures()) {
            JsonObject one = new JsonObject();
            one.addProperty("kind", aperture.kind());
            apertures.add(RangeJson.write(aperture.range(), one));
        }
        return apertures;
    }

    private static JsonArray reserved(List<Reservation> reserved) {
        JsonArray array = new JsonArray();
        for (Reservation reservation : reserved) {
            JsonObject json = new JsonObject();
            json.addProperty("io", reservation.io());
            RangeJson.write(reservation.range(), json).addProperty("owner", reservation.owner());
            array.add(json);
        }
        return array;
    }

    private static JsonObject firmware(FirmwareMap map) {
        JsonObject json = new JsonObject();
        json.addProperty("honoured", map.honoured().name().toLowerCase(Locale.ROOT));
        JsonElement gap = map.gapStart().isPresent()
                ? new JsonPrimitive(RangeJson.hex(map.gapStart().getAsLong()))
                : JsonNull.INSTANCE;
        json.add("gapStart", gap);
        JsonArray entries = new JsonArray();
        map.entries().forEach(e -> entries.add(RangeJson.write(e, new JsonObject())));
        json.add("entries", entries);
        return json;
    }

    private static JsonArray functions(List<PciFunction> functions) {
        JsonArray array = new JsonArray();
        functions.forEach(f -> array.add(FunctionJson.write(f)));
        return array;
    }

    /**
     * Reads a snapshot.
     *
     * @throws SnapshotFormatException when the text is no JSON, has another schema, lacks a key, or describes what no
     *     machine can be
     */
    public static Topology parse(String text) throws SnapshotFormatException {
        return fromJson(tree(text));
    }

    /** Reads a snapshot that is part of another document; errors as in {@link #parse}. */
    public static Topology fromJson(JsonElement element) throws SnapshotFormatException {
        JsonCursor root = new JsonCursor(element, "$");
        JsonCursor schema = root.get("schema");
        if (!schema.text().equals(SCHEMA)) {
            throw schema.wrong("\"" + schema.text() + "\" is not known here; this version reads \"" + SCHEMA + "\"");
        }
        KernelIdentity kernel = new KernelIdentity(
                root.get("kernel").text(),
                root.textOr("kernelVersion", ""),
                root.textOr("architecture", "x86_64"),
                root.get("bootId").text(),
                root.get("commandLine").text());
        List<HostBridge> hosts = parseHosts(root.get("hostBridges"));
        JsonCursor devices = root.get("devices");
        List<PciFunction> functions = parseFunctions(devices);
        Optional<JsonCursor> detached = root.find("detached");
        SnapshotTree.check(devices, functions, hosts);
        try {
            return Topology.of(
                    kernel,
                    hosts,
                    parseReserved(root.get("reserved")),
                    parseFirmware(root),
                    root.textOr("resourceAlignment", ""),
                    functions,
                    detached.isPresent() ? parseFunctions(detached.get()) : List.of());
        } catch (IllegalArgumentException e) {
            throw devices.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static JsonElement tree(String text) throws SnapshotFormatException {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new SnapshotFormatException("$", "there is more text after the document");
            }
            return element;
        } catch (JsonParseException | IOException e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            Matcher place = PLACE.matcher(message);
            throw new SnapshotFormatException(
                    "$",
                    "this is no JSON document"
                            + (place.find()
                                    ? ": the mistake is at line " + place.group(1) + ", column " + place.group(2)
                                    : ""));
        }
    }

    private static List<HostBridge> parseHosts(JsonCursor array) throws SnapshotFormatException {
        List<HostBridge> hosts = new ArrayList<>();
        for (JsonCursor host : array.elements()) {
            JsonCursor address = host.get("address");
            Matcher m = HOST.matcher(address.text());
            if (!m.matches() || Long.parseLong(m.group(1), 16) > Integer.MAX_VALUE) {
                throw address.wrong("\"" + address.text() + "\" is no root bus; one is written like 0000:00");
            }
            List<HostBridge.Aperture> apertures = new ArrayList<>();
            JsonCursor list = host.get("apertures");
            if (!list.isNull()) {
                for (JsonCursor aperture : list.elements()) {
                    apertures.add(parseAperture(aperture));
                }
            }
            int bus = Integer.parseInt(m.group(2), 16);
            int last = host.integerOr("lastBus", 255, 255);
            boolean complete = !list.isNull() && host.flagOr("aperturesComplete", true);
            hosts.add(new HostBridge(Integer.parseInt(m.group(1), 16), bus, last, apertures, complete));
        }
        return hosts;
    }

    private static HostBridge.Aperture parseAperture(JsonCursor from) throws SnapshotFormatException {
        JsonCursor kind = from.get("kind");
        AddressRange range = RangeJson.parse(from);
        return switch (kind.text()) {
            case "io" -> new HostBridge.Aperture(true, false, range);
            case "mem" -> new HostBridge.Aperture(false, false, range);
            case "pref" -> new HostBridge.Aperture(false, true, range);
            default -> throw kind.wrong("expected \"io\", \"mem\" or \"pref\", found \"" + kind.text() + "\"");
        };
    }

    private static List<Reservation> parseReserved(JsonCursor array) throws SnapshotFormatException {
        List<Reservation> reserved = new ArrayList<>();
        for (JsonCursor one : array.elements()) {
            reserved.add(new Reservation(
                    one.flagOr("io", false),
                    RangeJson.parse(one),
                    one.get("owner").text()));
        }
        return reserved;
    }

    private static FirmwareMap parseFirmware(JsonCursor root) throws SnapshotFormatException {
        Optional<JsonCursor> at = root.find("firmware");
        if (at.isEmpty()) {
            return FirmwareMap.UNKNOWN;
        }
        JsonCursor honoured = at.get().get("honoured");
        List<AddressRange> entries = new ArrayList<>();
        for (JsonCursor entry : at.get().get("entries").elements()) {
            entries.add(RangeJson.parse(entry));
        }
        return new FirmwareMap(
                switch (honoured.text()) {
                    case "yes" -> FirmwareMap.Honoured.YES;
                    case "no" -> FirmwareMap.Honoured.NO;
                    case "unknown" -> FirmwareMap.Honoured.UNKNOWN;
                    default -> throw honoured.wrong("expected \"yes\", \"no\" or \"unknown\"");
                },
                entries,
                at.get().optionalHex("gapStart"));
    }

    private static List<PciFunction> parseFunctions(JsonCursor array) throws SnapshotFormatException {
        List<PciFunction> functions = new ArrayList<>();
        for (JsonCursor element : array.elements()) {
            functions.add(FunctionJson.parse(element));
        }
        return functions;
    }
}
