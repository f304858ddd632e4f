package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What has another address than before, as {@code gained}, {@code moved} and {@code lost}, each ascending by function
 * and row: {@code { address, index, from, to }}, where a place is {@code { start, end }} or null. A function that is
 * there on one side only has no addresses on the other.
 */
final class Changes {

    private final JsonArray gained = new JsonArray();
    private final JsonArray moved = new JsonArray();
    private final JsonArray lost = new JsonArray();

    private record Places(Optional<AddressRange> from, Optional<AddressRange> to) {}

    Changes(Topology before, Topology after) {
        TreeMap<ResourceId, Places> all = new TreeMap<>();
        for (PciFunction function : before.functions()) {
            for (Resource resource : function.resources()) {
                Optional<AddressRange> to = place(after, function.address(), resource.index());
                all.put(new ResourceId(function.address(), resource.index()), new Places(resource.range(), to));
            }
        }
        for (PciFunction function : after.functions()) {
            for (Resource resource : function.resources()) {
                all.putIfAbsent(
                        new ResourceId(function.address(), resource.index()),
                        new Places(Optional.empty(), resource.range()));
            }
        }
        all.forEach(this::sort);
    }

    private static Optional<AddressRange> place(Topology topology, PciAddress address, int index) {
        return topology.find(address).flatMap(f -> f.resource(index)).flatMap(Resource::range);
    }

    private void sort(ResourceId id, Places places) {
        if (places.from().equals(places.to())) {
            return;
        }
        JsonObject change = new JsonObject();
        change.addProperty("address", id.address().toString());
        change.addProperty("index", id.index());
        change.add("from", range(places.from()));
        change.add("to", range(places.to()));
        (places.from().isEmpty() ? gained : places.to().isEmpty() ? lost : moved).add(change);
    }

    private static JsonObject object(AddressRange range) {
        JsonObject json = new JsonObject();
        json.addProperty("start", Fields.hex(range.start()));
        json.addProperty("end", Fields.hex(range.end()));
        return json;
    }

    private static JsonElement range(Optional<AddressRange> range) {
        return range.isPresent() ? object(range.get()) : JsonNull.INSTANCE;
    }

    /** Adds the three arrays. */
    void addTo(JsonObject answer) {
        answer.add("gained", gained);
        answer.add("moved", moved);
        answer.add("lost", lost);
    }
}
