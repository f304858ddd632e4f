package io.barkeeper.snapshot;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Resources in JSON. {@code hardware} is left out where the registers hold what the kernel believes: the range of an
 * assigned resource, nothing for an unassigned one. It is {@code "unread"} where they were not read.
 */
final class ResourceJson {

    private static final String CLOSED = "closed";
    private static final String UNREAD = "unread";

    private ResourceJson() {}

    static JsonArray write(List<Resource> resources) {
        JsonArray array = new JsonArray();
        resources.forEach(r -> array.add(write(r)));
        return array;
    }

    private static JsonObject write(Resource resource) {
        JsonObject json = new JsonObject();
        json.addProperty("index", resource.index());
        json.addProperty("kind", resource.kind().label());
        json.addProperty("flags", RangeJson.hex(resource.flags()));
        json.add(
                "size",
                resource.size().isPresent()
                        ? new JsonPrimitive(RangeJson.hex(resource.size().getAsLong()))
                        : JsonNull.INSTANCE);
        resource.range().ifPresent(range -> RangeJson.write(range, json));
        json.addProperty("state", resource.isAssigned() ? "assigned" : "unassigned");
        if (!resource.hardware().equals(believed(resource.range()))) {
            json.add("hardware", write(resource.hardware()));
        }
        if (resource.retained().isPresent()) {
            json.addProperty("retained", RangeJson.hex(resource.retained().getAsLong()));
        }
        if (resource.refused().isPresent()) {
            json.addProperty("refused", RangeJson.hex(resource.refused().getAsLong()));
        }
        resource.mayKeep().ifPresent(sizes -> {
            JsonArray array = new JsonArray();
            sizes.forEach(size -> array.add(RangeJson.hex(size)));
            json.add("mayKeep", array);
        });
        return json;
    }

    private static Decoded believed(Optional<AddressRange> range) {
        return range.map(Decoded::at).orElseGet(Decoded::closed);
    }

    private static JsonElement write(Decoded decoded) {
        if (decoded instanceof Decoded.At at) {
            return RangeJson.write(at.range(), new JsonObject());
        }
        return new JsonPrimitive(decoded instanceof Decoded.Closed ? CLOSED : UNREAD);
    }

    static List<Resource> parse(JsonCursor array) throws SnapshotFormatException {
        List<Resource> resources = new ArrayList<>();
        int last = -1;
        for (JsonCursor element : array.elements()) {
            Resource resource = parseOne(element);
            if (resource.index() <= last) {
                throw element.get("index").wrong("rows ascend, and " + resource.index() + " follows " + last);
            }
            last = resource.index();
            resources.add(resource);
        }
        return resources;
    }

    private static Resource parseOne(JsonCursor from) throws SnapshotFormatException {
        int index = from.get("index").integer(Resource.WINDOW_PREF);
        ResourceKind kind = kind(from.get("kind"), index);
        long flags = from.get("flags").hex();
        JsonCursor sizeAt = from.get("size");
        OptionalLong size = sizeAt.isNull() ? OptionalLong.empty() : OptionalLong.of(sizeAt.hex());
        Optional<AddressRange> range = range(from);
        if (range.isPresent() && size.isPresent() && range.get().size() != size.getAsLong()) {
            throw sizeAt.wrong("it is " + RangeJson.hex(size.getAsLong()) + ", while the range " + range.get() + " has "
                    + RangeJson.hex(range.get().size()) + " bytes");
        }
        if (size.isPresent() && !ResourceFlags.has(flags, ResourceFlags.PCI_FIXED)) {
            checkSize(sizeAt, index, size.getAsLong());
        }
        return new Resource(
                index,
                kind,
                flags,
                size,
                range,
                hardware(from, range),
                from.optionalHex("retained"),
                from.optionalHex("refused"),
                mayKeep(from));
    }

    private static Optional<List<Long>> mayKeep(JsonCursor from) throws SnapshotFormatException {
        Optional<JsonCursor> array = from.find("mayKeep");
        if (array.isEmpty()) {
            return Optional.empty();
        }
        List<Long> sizes = new ArrayList<>();
        for (JsonCursor size : array.get().elements()) {
            sizes.add(size.hex());
        }
        return Optional.of(List.copyOf(sizes));
    }

    private static Optional<AddressRange> range(JsonCursor from) throws SnapshotFormatException {
        JsonCursor state = from.get("state");
        return switch (state.text()) {
            case "assigned" -> Optional.of(RangeJson.parse(from));
            case "unassigned" -> {
                if (from.find("start").isPresent() || from.find("end").isPresent()) {
                    throw from.wrong("an unassigned resource has no start and no end");
                }
                yield Optional.empty();
            }
            default -> throw state.wrong("expected \"assigned\" or \"unassigned\", found \"" + state.text() + "\"");
        };
    }

    /**
     * BARs decode powers of two (PCI Local Bus 3.0, 6.2.5.1); only fixed ranges may have any size. A VF BAR row is a
     * multiple of one, by a number of VFs that a reader without privileges cannot see: sysfs shows a driver's own limit.
     */
    private static void checkSize(JsonCursor at, int index, long size) throws SnapshotFormatException {
        if (index <= Resource.ROM && Long.bitCount(size) != 1) {
            throw at.wrong("the size of a BAR is a power of two, and " + RangeJson.hex(size) + " is none");
        }
    }

    private static ResourceKind kind(JsonCursor at, int index) throws SnapshotFormatException {
        String label = at.text();
        for (ResourceKind kind : ResourceKind.values()) {
            if (kind.label().equals(label) && fits(kind, index)) {
                return kind;
            }
        }
        throw at.wrong("row " + index + " cannot hold a resource of kind \"" + label + "\"");
    }

    private static boolean fits(ResourceKind kind, int index) {
        return switch (index) {
            case Resource.ROM -> kind == ResourceKind.ROM;
            case Resource.WINDOW_IO -> kind == ResourceKind.WINDOW_IO;
            case Resource.WINDOW_MEM -> kind == ResourceKind.WINDOW_MEM;
            case Resource.WINDOW_PREF -> kind == ResourceKind.WINDOW_PREF;
            default -> !kind.isWindow() && kind != ResourceKind.ROM;
        };
    }

    private static Decoded hardware(JsonCursor from, Optional<AddressRange> range) throws SnapshotFormatException {
        Optional<JsonCursor> hardware = from.find("hardware");
        if (hardware.isEmpty()) {
            return believed(range);
        }
        if (hardware.get().isObject()) {
            return Decoded.at(RangeJson.parse(hardware.get()));
        }
        return switch (hardware.get().text()) {
            case CLOSED -> Decoded.closed();
            case UNREAD -> Decoded.unread();
            default -> throw hardware.get().wrong("expected a range, \"closed\" or \"unread\"");
        };
    }
}
