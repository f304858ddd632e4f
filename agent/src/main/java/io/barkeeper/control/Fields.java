package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Resource;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Movability;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The forms that all answers share. Addresses, sizes, flags and identifiers are hexadecimal text, since a 64-bit number
 * does not survive a reader that takes JSON numbers for doubles; bus numbers and row indices are integers.
 */
final class Fields {

    private Fields() {}

    /** An answer of schema {@code barkeeper.NAME/1}, otherwise empty. */
    static JsonObject answer(String name) {
        JsonObject answer = new JsonObject();
        answer.addProperty("schema", "barkeeper." + name + "/1");
        return answer;
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    static String hex(int value, int digits) {
        return String.format("0x%0" + digits + "x", value);
    }

    static void range(JsonObject into, AddressRange range) {
        into.addProperty("start", hex(range.start()));
        into.addProperty("end", hex(range.end()));
        into.addProperty("size", hex(range.size()));
    }

    /** One row of {@code resource}. An unassigned one has a size and no start; an unknown size is null. */
    static JsonObject resource(Resource resource) {
        JsonObject json = new JsonObject();
        json.addProperty("index", resource.index());
        json.addProperty("name", resource.name());
        json.addProperty("kind", resource.kind().label());
        json.addProperty("flags", hex(resource.flags()));
        size(json, resource);
        resource.range().ifPresent(range -> {
            json.addProperty("start", hex(range.start()));
            json.addProperty("end", hex(range.end()));
        });
        json.addProperty("state", resource.isAssigned() ? "assigned" : "unassigned");
        hardware(json, resource);
        return json;
    }

    static void size(JsonObject into, Resource resource) {
        String size = resource.size().isPresent() ? hex(resource.size().getAsLong()) : null;
        into.addProperty("size", size);
    }

    /** Present only where the registers decode something else than the kernel believes. */
    private static void hardware(JsonObject into, Resource resource) {
        if (resource.hardware() instanceof Decoded.At at
                && resource.range().isPresent()
                && !resource.range().get().equals(at.range())) {
            JsonObject decoded = new JsonObject();
            decoded.addProperty("start", hex(at.range().start()));
            decoded.addProperty("end", hex(at.range().end()));
            into.add("hardware", decoded);
        } else if (resource.hardware() instanceof Decoded.Closed && resource.isAssigned()) {
            into.addProperty("hardware", "closed");
        }
    }

    static JsonObject movability(View view, PciAddress address) {
        Movability movability = view.movability().get(address);
        JsonObject json = new JsonObject();
        if (movability == null) {
            json.addProperty("state", "unknown");
            json.addProperty("mayMove", false);
            json.addProperty("why", "nobody was asked who uses it");
            return json;
        }
        json.addProperty("state", movability.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        json.addProperty("mayMove", movability.mayMove());
        json.addProperty("why", movability.why());
        if (movability instanceof Movability.Busy busy) {
            JsonArray holders = new JsonArray();
            busy.holders().forEach(h -> holders.add(holder(h)));
            json.add("holders", holders);
        }
        return json;
    }

    private static JsonObject holder(Holder holder) {
        JsonObject json = new JsonObject();
        json.addProperty("kind", holder.kind().name().toLowerCase(Locale.ROOT));
        json.addProperty("name", holder.name());
        json.addProperty("detail", holder.detail());
        return json;
    }

    static JsonArray texts(Collection<?> values) {
        JsonArray array = new JsonArray();
        values.forEach(v -> array.add(v.toString()));
        return array;
    }

    static JsonArray objects(List<JsonObject> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
