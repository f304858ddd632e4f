package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import java.util.List;
import java.util.Locale;

/** {@code barkeeper.list/1}: every function with its resources, driver, movability and troubles. */
final class DeviceList {

    private final View view;
    private final List<Trouble> troubles;

    DeviceList(View view, List<Trouble> troubles) {
        this.view = view;
        this.troubles = troubles;
    }

    JsonObject answer() {
        JsonObject answer = Fields.answer("list");
        answer.addProperty("kernel", view.topology().kernel().release());
        answer.addProperty("model", view.model().name());
        answer.add("notes", Fields.texts(view.notes()));
        JsonArray devices = new JsonArray();
        view.topology().functions().stream()
                .sorted((a, b) -> a.address().compareTo(b.address()))
                .forEach(f -> devices.add(device(f)));
        answer.add("devices", devices);
        return answer;
    }

    private JsonObject device(PciFunction function) {
        PciAddress address = function.address();
        JsonObject json = new JsonObject();
        json.addProperty("address", address.toString());
        json.addProperty("path", view.topology().path(address));
        json.addProperty("parent", function.parent().map(PciAddress::toString).orElse(null));
        json.addProperty("vendor", Fields.hex(function.ids().vendor(), 4));
        json.addProperty("device", Fields.hex(function.ids().device(), 4));
        json.addProperty("class", Fields.hex(function.classCode(), 6));
        json.addProperty("type", function.type().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.addProperty("driver", function.driver().orElse(null));
        function.physicalFunction().ifPresent(pf -> json.addProperty("physicalFunction", pf.toString()));
        function.sriov().ifPresent(sriov -> {
            json.addProperty("totalVfs", sriov.totalVfs());
            json.addProperty("numVfs", sriov.numVfs());
        });
        function.bridge().ifPresent(bridge -> bridge(json, bridge));
        json.addProperty("bootVga", function.traits().bootVga());
        json.addProperty("suspended", function.traits().suspended());
        json.add("movability", Fields.movability(view, address));
        json.add("attachments", attachments(function));
        JsonArray resources = new JsonArray();
        for (Resource resource : function.resources()) {
            resources.add(Fields.resource(resource));
        }
        json.add("resources", resources);
        json.add(
                "troubles",
                Fields.objects(troubles.stream()
                        .filter(t -> t.address().equals(address))
                        .map(Check::trouble)
                        .toList()));
        return json;
    }

    private static void bridge(JsonObject into, Bridge bridge) {
        JsonObject bus = new JsonObject();
        bus.addProperty("primary", bridge.primary());
        bus.addProperty("secondary", bridge.secondary());
        bus.addProperty("subordinate", bridge.subordinate());
        into.add("bus", bus);
        into.addProperty("hotplug", bridge.hotplug());
        bridge.slot().ifPresent(slot -> into.addProperty("slot", slot));
    }

    private static JsonArray attachments(PciFunction function) {
        JsonArray array = new JsonArray();
        for (Attachment attachment : function.attachments()) {
            JsonObject json = new JsonObject();
            json.addProperty("kind", attachment.kind().name().toLowerCase(Locale.ROOT));
            json.addProperty("name", attachment.name());
            json.addProperty("identity", attachment.identity());
            array.add(json);
        }
        return array;
    }
}
