package io.barkeeper.snapshot;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** A value of a JSON document together with where it stands, so that every complaint names the place. */
final class JsonCursor {

    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,16}");

    private final JsonElement value;
    private final String path;

    JsonCursor(JsonElement value, String path) {
        this.value = value;
        this.path = path;
    }

    String path() {
        return path;
    }

    SnapshotFormatException wrong(String problem) {
        return new SnapshotFormatException(path, problem);
    }

    private SnapshotFormatException expected(String what) {
        String text = value.toString();
        return wrong("expected " + what + ", found " + (text.length() > 40 ? text.substring(0, 40) + "…" : text));
    }

    /** The member of an object; a missing one is an error. */
    JsonCursor get(String name) throws SnapshotFormatException {
        JsonElement member = object().get(name);
        if (member == null) {
            throw wrong("the key \"" + name + "\" is missing");
        }
        return new JsonCursor(member, path + "." + name);
    }

    /** The member of an object; empty when it is missing or null. */
    Optional<JsonCursor> find(String name) throws SnapshotFormatException {
        JsonElement member = object().get(name);
        return member == null || member.isJsonNull()
                ? Optional.empty()
                : Optional.of(new JsonCursor(member, path + "." + name));
    }

    private JsonObject object() throws SnapshotFormatException {
        if (!value.isJsonObject()) {
            throw expected("an object");
        }
        return value.getAsJsonObject();
    }

    boolean isNull() {
        return value.isJsonNull();
    }

    boolean isObject() {
        return value.isJsonObject();
    }

    List<JsonCursor> elements() throws SnapshotFormatException {
        if (!value.isJsonArray()) {
            throw expected("an array");
        }
        JsonArray array = value.getAsJsonArray();
        List<JsonCursor> elements = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            elements.add(new JsonCursor(array.get(i), path + "[" + i + "]"));
        }
        return elements;
    }

    String text() throws SnapshotFormatException {
        if (!(value instanceof JsonPrimitive p) || !p.isString()) {
            throw expected("a string");
        }
        return p.getAsString();
    }

    boolean flag() throws SnapshotFormatException {
        if (!(value instanceof JsonPrimitive p) || !p.isBoolean()) {
            throw expected("true or false");
        }
        return p.getAsBoolean();
    }

    /** An integer from 0 to {@code most}, both inclusive. */
    int integer(int most) throws SnapshotFormatException {
        if (!(value instanceof JsonPrimitive p) || !p.isNumber()) {
            throw expected("an integer from 0 to " + most);
        }
        try {
            int number = new BigDecimal(p.getAsString()).intValueExact();
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw expected("an integer from 0 to " + most);
        }
        throw expected("an integer from 0 to " + most);
    }

    /** A hexadecimal string, as an unsigned number. */
    long hex() throws SnapshotFormatException {
        if (!(value instanceof JsonPrimitive p)
                || !p.isString()
                || !HEX.matcher(p.getAsString()).matches()) {
            throw expected("a hexadecimal string of at most 64 bits, like \"0x100000000\"");
        }
        return Long.parseUnsignedLong(p.getAsString().substring(2), 16);
    }

    /** A hexadecimal string of at most so many bits, fewer than 32. */
    int hex(int bits) throws SnapshotFormatException {
        long number = hex();
        if (number >>> bits != 0) {
            throw expected("a number of at most " + bits + " bits");
        }
        return (int) number;
    }

    String textOr(String name, String otherwise) throws SnapshotFormatException {
        Optional<JsonCursor> member = find(name);
        return member.isPresent() ? member.get().text() : otherwise;
    }

    boolean flagOr(String name, boolean otherwise) throws SnapshotFormatException {
        Optional<JsonCursor> member = find(name);
        return member.isPresent() ? member.get().flag() : otherwise;
    }

    int integerOr(String name, int most, int otherwise) throws SnapshotFormatException {
        Optional<JsonCursor> member = find(name);
        return member.isPresent() ? member.get().integer(most) : otherwise;
    }

    OptionalInt optionalInteger(String name, int most) throws SnapshotFormatException {
        Optional<JsonCursor> member = find(name);
        return member.isPresent() ? OptionalInt.of(member.get().integer(most)) : OptionalInt.empty();
    }

    OptionalLong optionalHex(String name) throws SnapshotFormatException {
        Optional<JsonCursor> member = find(name);
        return member.isPresent() ? OptionalLong.of(member.get().hex()) : OptionalLong.empty();
    }

    Optional<String> optionalText(String name) throws SnapshotFormatException {
        Optional<JsonCursor> member = find(name);
        return member.isPresent() ? Optional.of(member.get().text()) : Optional.empty();
    }
}
