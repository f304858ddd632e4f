package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.pci.TopologyDiff;
import io.barkeeper.pci.TopologyDiff.Kind;
import io.barkeeper.pci.TopologyDiff.ResourceChange;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What has another address than before, as {@code gained}, {@code moved} and {@code lost}, each ascending by function
 * and row: {@code { address, index, from, to }}, where a place is {@code { start, end }} or null. A function that is
 * there on one side only has no addresses on the other.
 */
final class Changes {

    private Changes() {}

    /** Adds the three arrays. */
    static void add(Topology before, Topology after, JsonObject answer) {
        TopologyDiff diff = TopologyDiff.between(before, after);
        List<ResourceChange> came = places(after, diff.arrived())
                .map(p -> new ResourceChange(p.id(), Kind.GAINED, Optional.empty(), Optional.of(p.range())))
                .toList();
        List<ResourceChange> went = places(before, diff.gone())
                .map(p -> new ResourceChange(p.id(), Kind.LOST, Optional.of(p.range()), Optional.empty()))
                .toList();
        answer.add("gained", array(diff.of(Kind.GAINED), came));
        answer.add("moved", array(diff.of(Kind.MOVED), List.of()));
        answer.add("lost", array(diff.of(Kind.LOST), went));
    }

    private record Place(ResourceId id, AddressRange range) {}

    private static Stream<Place> places(Topology topology, Collection<PciAddress> functions) {
        return functions.stream()
                .flatMap(f -> topology.get(f).resources().stream()
                        .filter(Resource::isAssigned)
                        .map(r -> new Place(
                                new ResourceId(f, r.index()), r.range().orElseThrow())));
    }

    private static JsonArray array(List<ResourceChange> some, List<ResourceChange> more) {
        JsonArray array = new JsonArray();
        Stream.concat(some.stream(), more.stream())
                .sorted(Comparator.comparing(ResourceChange::id))
                .forEach(c -> array.add(change(c)));
        return array;
    }

    private static JsonObject change(ResourceChange change) {
        JsonObject json = new JsonObject();
        json.addProperty("address", change.id().address().toString());
        json.addProperty("index", change.id().index());
        json.add("from", range(change.from()));
        json.add("to", range(change.to()));
        return json;
    }

    private static JsonElement range(Optional<AddressRange> range) {
        return range.<JsonElement>map(Changes::object).orElse(JsonNull.INSTANCE);
    }

    private static JsonObject object(AddressRange range) {
        JsonObject json = new JsonObject();
        json.addProperty("start", Fields.hex(range.start()));
        json.addProperty("end", Fields.hex(range.end()));
        return json;
    }
}
