package io.barkeeper.snapshot;

import com.google.gson.JsonObject;
import io.barkeeper.pci.AddressRange;

/** Addresses in JSON: hexadecimal strings, since a JSON number loses bits above 2^53. */
final class RangeJson {

    private RangeJson() {}

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** Adds {@code start} and {@code end}, both inclusive. */
    static JsonObject write(AddressRange range, JsonObject into) {
        into.addProperty("start", hex(range.start()));
        into.addProperty("end", hex(range.end()));
        return into;
    }

    static AddressRange parse(JsonCursor from) throws SnapshotFormatException {
        long start = from.get("start").hex();
        long end = from.get("end").hex();
        if (AddressRange.below(end, start)) {
            throw from.wrong("the range ends at " + hex(end) + ", below its start " + hex(start));
        }
        return new AddressRange(start, end);
    }
}
