package io.barkeeper.cli.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.barkeeper.kernel.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A JSON object as a renderer reads it. What is missing or null is empty, so that a newer client can show the answer of
 * an older daemon.
 */
public record Answer(JsonObject json) {

    private Optional<JsonElement> element(String key) {
        JsonElement element = json.get(key);
        return element == null || element.isJsonNull() ? Optional.empty() : Optional.of(element);
    }

    public boolean has(String key) {
        return element(key).isPresent();
    }

    public Optional<String> text(String key) {
        return element(key).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString);
    }

    public String textOr(String key, String otherwise) {
        return text(key).orElse(otherwise);
    }

    public boolean flag(String key) {
        return element(key)
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsBoolean)
                .orElse(false);
    }

    public OptionalInt number(String key) {
        try {
            return text(key).map(t -> OptionalInt.of(Integer.parseInt(t))).orElse(OptionalInt.empty());
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** A hexadecimal number such as {@code 0x100000000}; empty when missing or no such number. */
    public OptionalLong hex(String key) {
        String text = textOr(key, "");
        if (!text.startsWith("0x")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseUnsignedLong(text.substring(2), 16));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** A size for people, {@code 256 MiB}; {@code unknown size} when it is not known. */
    public String size(String key) {
        OptionalLong bytes = hex(key);
        return bytes.isPresent() ? Sizes.human(bytes.getAsLong()) : "unknown size";
    }

    /** {@code 0xSTART-0xEND}; empty text without an address. */
    public String range() {
        return has("start") ? textOr("start", "") + "-" + textOr("end", "") : "";
    }

    public Optional<Answer> object(String key) {
        return element(key).filter(JsonElement::isJsonObject).map(e -> new Answer(e.getAsJsonObject()));
    }

    /** The objects of an array; empty when there is none. */
    public List<Answer> objects(String key) {
        List<Answer> all = new ArrayList<>();
        element(key)
                .filter(JsonElement::isJsonArray)
                .ifPresent(array -> array.getAsJsonArray().forEach(e -> {
                    if (e.isJsonObject()) {
                        all.add(new Answer(e.getAsJsonObject()));
                    }
                }));
        return all;
    }

    /** The texts and numbers of an array; empty when there is none. */
    public List<String> texts(String key) {
        List<String> all = new ArrayList<>();
        element(key)
                .filter(JsonElement::isJsonArray)
                .ifPresent(array -> array.getAsJsonArray().forEach(e -> {
                    if (e.isJsonPrimitive()) {
                        all.add(e.getAsString());
                    }
                }));
        return all;
    }
}
