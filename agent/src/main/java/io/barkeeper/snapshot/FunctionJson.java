package io.barkeeper.snapshot;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Sriov;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** One function in JSON. The keys of the published form are required; those added to it have defaults. */
final class FunctionJson {

    private static final int MOST_ENABLES = Integer.MAX_VALUE;

    private FunctionJson() {}

    static JsonObject write(PciFunction function) {
        JsonObject json = new JsonObject();
        json.addProperty("address", function.address().toString());
        json.add("parent", nullable(function.parent().map(PciAddress::toString)));
        json.addProperty("vendor", hex(function.ids().vendor(), 4));
        json.addProperty("device", hex(function.ids().device(), 4));
        json.addProperty("class", hex(function.classCode(), 6));
        json.add("driver", nullable(function.driver()));
        json.addProperty("hotplug", function.bridge().map(Bridge::hotplug).orElse(false));
        json.addProperty("enabled", function.enableCount() > 0);
        json.add("bus", function.bridge().<JsonElement>map(FunctionJson::bus).orElse(JsonNull.INSTANCE));
        json.addProperty("type", name(function.type()));
        json.addProperty("enableCount", function.enableCount());
        if (function.command().isPresent()) {
            json.addProperty("command", hex(function.command().getAsInt(), 4));
        }
        writeIds(function.ids(), json);
        function.bridge().ifPresent(bridge -> writeBridge(bridge, json));
        function.sriov().ifPresent(sriov -> json.add("sriov", sriov(sriov)));
        function.physicalFunction().ifPresent(pf -> json.addProperty("physicalFunction", pf.toString()));
        if (!function.attachments().isEmpty()) {
            json.add("attachments", attachments(function.attachments()));
        }
        writeTraits(function.traits(), json);
        json.add("resources", ResourceJson.write(function.resources()));
        return json;
    }

    private static JsonElement nullable(Optional<String> text) {
        return text.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
    }

    private static String hex(int value, int digits) {
        return "0x" + String.format("%0" + digits + "x", value);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static JsonObject bus(Bridge bridge) {
        JsonObject json = new JsonObject();
        json.addProperty("primary", bridge.primary());
        json.addProperty("secondary", bridge.secondary());
        json.addProperty("subordinate", bridge.subordinate());
        return json;
    }

    private static void writeIds(PciFunction.Ids ids, JsonObject json) {
        json.addProperty("subsystemVendor", hex(ids.subsystemVendor(), 4));
        json.addProperty("subsystemDevice", hex(ids.subsystemDevice(), 4));
        json.addProperty("revision", hex(ids.revision(), 2));
        if (!ids.serial().isEmpty()) {
            json.addProperty("serial", ids.serial());
        }
    }

    private static void writeBridge(Bridge bridge, JsonObject json) {
        JsonObject windows = new JsonObject();
        windows.addProperty("io", bridge.windows().io());
        windows.addProperty("io1k", bridge.windows().io1k());
        windows.addProperty("pref", bridge.windows().pref());
        windows.addProperty("pref64", bridge.windows().pref64());
        json.add("windows", windows);
        json.addProperty("pciehp", bridge.pciehp());
        json.addProperty("subtractive", bridge.subtractive());
        bridge.slot().ifPresent(slot -> json.addProperty("slot", slot));
    }

    private static JsonObject sriov(Sriov sriov) {
        JsonObject json = new JsonObject();
        json.addProperty("totalVfs", sriov.totalVfs());
        json.addProperty("numVfs", sriov.numVfs());
        return json;
    }

    private static JsonArray attachments(List<Attachment> attachments) {
        JsonArray array = new JsonArray();
        for (Attachment attachment : attachments) {
            JsonObject json = new JsonObject();
            json.addProperty("kind", name(attachment.kind()));
            json.addProperty("name", attachment.name());
            json.addProperty("identity", attachment.identity());
            array.add(json);
        }
        return array;
    }

    private static void writeTraits(PciFunction.Traits traits, JsonObject json) {
        if (traits.bootVga()) {
            json.addProperty("bootVga", true);
        }
        if (traits.suspended()) {
            json.addProperty("suspended", true);
        }
        if (traits.iommuGroup().isPresent()) {
            json.addProperty("iommuGroup", traits.iommuGroup().getAsInt());
        }
    }

    static PciFunction parse(JsonCursor from) throws SnapshotFormatException {
        JsonCursor parent = from.get("parent");
        JsonCursor driver = from.get("driver");
        boolean enabled = from.get("enabled").flag();
        Optional<JsonCursor> command = from.find("command");
        Optional<JsonCursor> physical = from.find("physicalFunction");
        return new PciFunction(
                address(from.get("address")),
                parent.isNull() ? Optional.empty() : Optional.of(address(parent)),
                parseIds(from),
                from.get("class").hex(24),
                parseType(from),
                driver.isNull() ? Optional.empty() : Optional.of(driver.text()),
                from.integerOr("enableCount", MOST_ENABLES, enabled ? 1 : 0),
                command.isPresent() ? OptionalInt.of(command.get().hex(16)) : OptionalInt.empty(),
                ResourceJson.parse(from.get("resources")),
                parseBridge(from),
                parseSriov(from),
                physical.isPresent() ? Optional.of(address(physical.get())) : Optional.empty(),
                parseAttachments(from),
                new PciFunction.Traits(
                        from.flagOr("bootVga", false),
                        from.flagOr("suspended", false),
                        from.optionalInteger("iommuGroup", Integer.MAX_VALUE)));
    }

    private static PciAddress address(JsonCursor at) throws SnapshotFormatException {
        String text = at.text();
        return PciAddress.tryParse(text)
                .orElseThrow(() -> at.wrong("\"" + text + "\" is no PCI address; one is written like 0000:03:00.0"));
    }

    private static PciFunction.Ids parseIds(JsonCursor from) throws SnapshotFormatException {
        Optional<JsonCursor> vendor = from.find("subsystemVendor");
        Optional<JsonCursor> device = from.find("subsystemDevice");
        Optional<JsonCursor> revision = from.find("revision");
        return new PciFunction.Ids(
                from.get("vendor").hex(16),
                from.get("device").hex(16),
                vendor.isPresent() ? vendor.get().hex(16) : 0,
                device.isPresent() ? device.get().hex(16) : 0,
                revision.isPresent() ? revision.get().hex(8) : 0,
                from.textOr("serial", ""));
    }

    private static PortType parseType(JsonCursor from) throws SnapshotFormatException {
        Optional<JsonCursor> at = from.find("type");
        if (at.isEmpty()) {
            return PortType.CONVENTIONAL;
        }
        String text = at.get().text();
        for (PortType type : PortType.values()) {
            if (name(type).equals(text)) {
                return type;
            }
        }
        throw at.get().wrong("\"" + text + "\" is no port type");
    }

    private static Optional<Bridge> parseBridge(JsonCursor from) throws SnapshotFormatException {
        boolean hotplug = from.get("hotplug").flag();
        JsonCursor bus = from.get("bus");
        if (bus.isNull()) {
            return Optional.empty();
        }
        int secondary = bus.get("secondary").integer(255);
        int subordinate = bus.get("subordinate").integer(255);
        if (subordinate < secondary) {
            throw bus.wrong("the subordinate bus " + subordinate + " is below the secondary bus " + secondary);
        }
        return Optional.of(new Bridge(
                bus.get("primary").integer(255),
                secondary,
                subordinate,
                parseWindows(from),
                hotplug,
                from.flagOr("pciehp", false),
                from.flagOr("subtractive", false),
                from.optionalText("slot")));
    }

    /** Without the key, a bridge has all windows, the prefetchable one reaching above 4 GiB. */
    private static Bridge.Windows parseWindows(JsonCursor from) throws SnapshotFormatException {
        Optional<JsonCursor> at = from.find("windows");
        if (at.isEmpty()) {
            return new Bridge.Windows(true, false, true, true);
        }
        JsonCursor windows = at.get();
        return new Bridge.Windows(
                windows.get("io").flag(),
                windows.flagOr("io1k", false),
                windows.get("pref").flag(),
                windows.get("pref64").flag());
    }

    private static Optional<Sriov> parseSriov(JsonCursor from) throws SnapshotFormatException {
        Optional<JsonCursor> at = from.find("sriov");
        if (at.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Sriov(
                at.get().get("totalVfs").integer(0xffff), at.get().get("numVfs").integer(0xffff)));
    }

    private static List<Attachment> parseAttachments(JsonCursor from) throws SnapshotFormatException {
        Optional<JsonCursor> at = from.find("attachments");
        List<Attachment> attachments = new ArrayList<>();
        if (at.isPresent()) {
            for (JsonCursor one : at.get().elements()) {
                attachments.add(new Attachment(
                        parseAttachmentKind(one.get("kind")),
                        one.get("name").text(),
                        one.get("identity").text()));
            }
        }
        return attachments;
    }

    private static Attachment.Kind parseAttachmentKind(JsonCursor at) throws SnapshotFormatException {
        return switch (at.text()) {
            case "disk" -> Attachment.Kind.DISK;
            case "interface" -> Attachment.Kind.INTERFACE;
            default -> throw at.wrong("expected \"disk\" or \"interface\", found \"" + at.text() + "\"");
        };
    }
}
