package io.barkeeper.journal;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Entries as JSON objects. Addresses are hex strings; members that an older version did not write have defaults. */
final class EntryJson {

    private EntryJson() {}

    static String write(Entry entry) {
        JsonObject o = new JsonObject();
        if (entry instanceof Entry.Intent e) {
            intent(o, e);
        } else if (entry instanceof Entry.PreImage e) {
            o.addProperty("type", "pre-image");
            o.add("functions", array(e.functions(), EntryJson::function));
            JsonObject settings = new JsonObject();
            new TreeMap<>(e.settings()).forEach(settings::addProperty);
            o.add("settings", settings);
        } else if (entry instanceof Entry.Before e) {
            stamped(o, "before", e.at()).addProperty("number", e.number());
            o.addProperty("phase", e.phase());
            o.addProperty("effect", e.effect());
        } else if (entry instanceof Entry.After e) {
            stamped(o, "after", e.at()).addProperty("number", e.number());
            o.addProperty("outcome", e.outcome());
            o.addProperty("detail", e.detail());
        } else if (entry instanceof Entry.Note e) {
            stamped(o, "note", e.at()).addProperty("text", e.text());
        } else if (entry instanceof Entry.End e) {
            stamped(o, "end", e.at()).addProperty("outcome", e.outcome());
            o.addProperty("message", e.message());
        }
        return o.toString();
    }

    private static JsonObject stamped(JsonObject o, String type, long at) {
        o.addProperty("type", type);
        o.addProperty("at", at);
        return o;
    }

    private static void intent(JsonObject o, Entry.Intent e) {
        stamped(o, "intent", e.at()).addProperty("version", 1);
        o.addProperty("transaction", e.transaction());
        o.addProperty("plan", e.plan());
        o.addProperty("bootId", e.bootId());
        o.addProperty("kernel", e.kernel());
        o.add("newcomers", texts(e.newcomers()));
        o.add("leftOut", texts(e.leftOut()));
        o.add("steps", texts(e.steps()));
        o.add("fallback", texts(e.fallback(0)));
        if (e.fallbacks().size() > 1) {
            JsonArray all = new JsonArray();
            e.fallbacks().forEach(f -> all.add(texts(f)));
            o.add("fallbacks", all);
        }
    }

    private static JsonObject function(PriorFunction f) {
        JsonObject o = new JsonObject();
        o.addProperty("address", f.address().toString());
        o.addProperty("path", f.path());
        o.addProperty("ids", f.ids());
        o.addProperty("serial", f.serial());
        o.addProperty("released", f.released());
        o.addProperty("virtual", f.virtual());
        o.addProperty("driver", f.driver());
        o.addProperty("command", f.command());
        o.addProperty("numVfs", f.numVfs());
        f.buses().ifPresent(b -> {
            JsonArray numbers = new JsonArray();
            numbers.add(b.primary());
            numbers.add(b.secondary());
            numbers.add(b.subordinate());
            o.add("buses", numbers);
        });
        o.addProperty("pciehp", f.pciehp());
        o.add("resources", array(f.rows(), EntryJson::row));
        o.add("attachments", array(f.attachments(), EntryJson::attachment));
        return o;
    }

    private static JsonObject row(PriorFunction.Row row) {
        JsonObject o = new JsonObject();
        o.addProperty("index", row.index());
        o.addProperty("kind", row.kind());
        if (row.size() != -1) {
            o.addProperty("size", hex(row.size()));
        }
        row.range().ifPresent(r -> {
            o.addProperty("start", hex(r.start()));
            o.addProperty("end", hex(r.end()));
        });
        if (row.blocked()) {
            o.addProperty("blocked", true);
        }
        return o;
    }

    private static JsonObject attachment(Attachment a) {
        JsonObject o = new JsonObject();
        o.addProperty("kind", a.kind().name());
        o.addProperty("name", a.name());
        o.addProperty("identity", a.identity());
        return o;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static JsonArray texts(List<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }

    private static <T> JsonArray array(List<T> values, Function<T, JsonObject> form) {
        JsonArray array = new JsonArray();
        values.forEach(v -> array.add(form.apply(v)));
        return array;
    }

    /** @throws JsonParseException when the text is no entry; its message says what is wrong */
    static Entry read(String json) {
        try {
            JsonObject o = JsonParser.parseString(json).getAsJsonObject();
            String type = text(o, "type");
            return switch (type) {
                case "intent" ->
                    new Entry.Intent(
                            text(o, "transaction"),
                            text(o, "plan"),
                            text(o, "bootId"),
                            text(o, "kernel"),
                            number(o, "at"),
                            list(o, "newcomers", JsonElement::getAsString),
                            list(o, "leftOut", JsonElement::getAsString),
                            list(o, "steps", JsonElement::getAsString),
                            fallbacks(o));
                case "pre-image" ->
                    new Entry.PreImage(list(o, "functions", e -> readFunction(e.getAsJsonObject())), settings(o));
                case "before" ->
                    new Entry.Before((int) number(o, "number"), text(o, "effect"), text(o, "phase"), number(o, "at"));
                case "after" ->
                    new Entry.After((int) number(o, "number"), text(o, "outcome"), text(o, "detail"), number(o, "at"));
                case "note" -> new Entry.Note(text(o, "text"), number(o, "at"));
                case "end" -> new Entry.End(text(o, "outcome"), text(o, "message"), number(o, "at"));
                default -> throw new JsonParseException("a record of unknown type '" + type + "'");
            };
        } catch (IllegalStateException | IllegalArgumentException | UnsupportedOperationException e) {
            throw new JsonParseException("a record that cannot be understood: " + e.getMessage(), e);
        }
    }

    private static PriorFunction readFunction(JsonObject o) {
        List<Integer> buses = list(o, "buses", JsonElement::getAsInt);
        return new PriorFunction(
                PciAddress.parse(text(o, "address")),
                text(o, "path"),
                text(o, "ids"),
                text(o, "serial"),
                flag(o, "released"),
                flag(o, "virtual"),
                text(o, "driver"),
                (int) number(o, "command"),
                (int) number(o, "numVfs"),
                buses.size() == 3
                        ? Optional.of(new PriorFunction.Buses(buses.get(0), buses.get(1), buses.get(2)))
                        : Optional.empty(),
                flag(o, "pciehp"),
                list(o, "resources", e -> readRow(e.getAsJsonObject())),
                list(o, "attachments", e -> readAttachment(e.getAsJsonObject())));
    }

    private static PriorFunction.Row readRow(JsonObject o) {
        return new PriorFunction.Row(
                (int) number(o, "index"),
                text(o, "kind"),
                o.has("size") ? parseHex(text(o, "size")) : -1,
                o.has("start")
                        ? Optional.of(new AddressRange(parseHex(text(o, "start")), parseHex(text(o, "end"))))
                        : Optional.empty(),
                flag(o, "blocked"));
    }

    private static Attachment readAttachment(JsonObject o) {
        return new Attachment(Attachment.Kind.valueOf(text(o, "kind")), text(o, "name"), text(o, "identity"));
    }

    private static Map<String, String> settings(JsonObject o) {
        Map<String, String> values = new TreeMap<>();
        if (o.has("settings")) {
            o.getAsJsonObject("settings")
                    .entrySet()
                    .forEach(e -> values.put(e.getKey(), e.getValue().getAsString()));
        }
        return values;
    }

    private static long parseHex(String text) {
        return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
    }

    private static String text(JsonObject o, String name) {
        return o.has(name) ? o.get(name).getAsString() : "";
    }

    private static long number(JsonObject o, String name) {
        return o.has(name) ? o.get(name).getAsLong() : 0;
    }

    private static boolean flag(JsonObject o, String name) {
        return o.has(name) && o.get(name).getAsBoolean();
    }

    /** Of an intent with one round only {@code fallback} is written. */
    private static List<List<String>> fallbacks(JsonObject o) {
        List<String> first = list(o, "fallback", JsonElement::getAsString);
        if (o.has("fallbacks")) {
            return list(
                    o,
                    "fallbacks",
                    e -> e.getAsJsonArray().asList().stream()
                            .map(JsonElement::getAsString)
                            .toList());
        }
        return first.isEmpty() ? List.of() : List.of(first);
    }

    private static <T> List<T> list(JsonObject o, String name, Function<JsonElement, T> form) {
        List<T> values = new ArrayList<>();
        if (o.has(name)) {
            o.getAsJsonArray(name).forEach(e -> values.add(form.apply(e)));
        }
        return values;
    }
}
