package io.barkeeper.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.RangeSet;
import io.barkeeper.pci.Reservation;
import io.barkeeper.pci.Resource;
import io.barkeeper.plan.Arrivals;
import io.barkeeper.policy.Movability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code barkeeper.map/1}: the address space as it nests. An aperture holds windows and BARs of its root bus, a window
 * those of the bus below, and what nothing takes is a gap. An item stands under the window of its parent that it
 * overlaps; what lies in none of them (a shadow ROM, a device below a subtractive bridge) is listed apart.
 */
final class AddressSpace {

    private final View view;

    AddressSpace(View view) {
        this.view = view;
    }

    /** Something that takes a range: a resource of a function, or somebody else's claim. */
    private record Item(AddressRange range, Optional<PciFunction> owner, Optional<Resource> resource, String label) {}

    JsonObject answer() {
        JsonObject answer = Fields.answer("map");
        answer.addProperty("kernel", view.topology().kernel().release());
        answer.add("notes", Fields.texts(view.notes()));
        JsonArray hosts = new JsonArray();
        for (HostBridge host : view.topology().hostBridges()) {
            hosts.add(host(host));
        }
        answer.add("hostBridges", hosts);
        answer.add("outside", outside());
        answer.add("unassigned", unassigned());
        answer.add("headroom", headroom());
        return answer;
    }

    /** The largest BAR that would fit into each empty hot-plug port, at once and by moving others. */
    private JsonArray headroom() {
        JsonArray array = new JsonArray();
        for (Arrivals.Slot slot : Arrivals.of(PlanWish.ANYTHING.on(view))) {
            JsonObject json = new JsonObject();
            json.addProperty("port", slot.port().toString());
            json.addProperty(
                    "largest",
                    slot.atOnce().isPresent() ? Fields.hex(slot.atOnce().getAsLong()) : null);
            slot.moved().ifPresent(moved -> {
                json.addProperty("largestByMoving", Fields.hex(moved.bytes()));
                json.addProperty("devicesMoved", moved.devices());
            });
            array.add(json);
        }
        return array;
    }

    private JsonObject host(HostBridge host) {
        JsonObject json = new JsonObject();
        json.addProperty("address", host.name());
        json.addProperty("bus", host.bus());
        json.addProperty("lastBus", host.lastBus());
        JsonArray apertures = new JsonArray();
        List<PciFunction> onBus = view.topology().onRootBus(host);
        for (HostBridge.Aperture aperture : host.apertures()) {
            JsonObject node = new JsonObject();
            node.addProperty("kind", aperture.kind());
            List<Reservation> claims = view.topology().reserved().stream()
                    .filter(r -> r.io() == aperture.io() && aperture.range().overlaps(r.range()))
                    .toList();
            fill(node, aperture.range(), aperture.io(), onBus, claims);
            apertures.add(node);
        }
        json.add("apertures", apertures);
        return json;
    }

    /** Writes a container's range, what is free in it, and its contents in ascending order with the gaps between. */
    private void fill(
            JsonObject into, AddressRange range, boolean io, List<PciFunction> onBus, List<Reservation> claims) {
        List<Item> items = items(range, io, onBus, claims);
        RangeSet taken = RangeSet.of(items.stream().map(Item::range).toList());
        Fields.range(into, range);
        into.addProperty("free", Fields.hex(taken.freeIn(range)));
        into.addProperty("largestFree", Fields.hex(taken.largestGapIn(range)));
        List<Item> all = new ArrayList<>(items);
        for (AddressRange gap : taken.gapsIn(range)) {
            all.add(new Item(gap, Optional.empty(), Optional.empty(), "gap"));
        }
        all.sort(Comparator.comparing(Item::range));
        JsonArray contents = new JsonArray();
        for (Item item : all) {
            contents.add(node(item, claims));
        }
        into.add("contents", contents);
    }

    private static List<Item> items(AddressRange range, boolean io, List<PciFunction> onBus, List<Reservation> claims) {
        List<Item> items = new ArrayList<>();
        for (PciFunction function : onBus) {
            for (Resource resource : function.resources()) {
                if (resource.kind().isIo() == io
                        && resource.range().filter(range::overlaps).isPresent()) {
                    items.add(new Item(
                            resource.range().get(), Optional.of(function), Optional.of(resource), resource.name()));
                }
            }
        }
        List<AddressRange> windows = items.stream()
                .filter(i -> i.resource().filter(Resource::isWindow).isPresent())
                .map(Item::range)
                .toList();
        for (Reservation claim : claims) {
            if (range.overlaps(claim.range()) && windows.stream().noneMatch(w -> w.contains(claim.range()))) {
                items.add(new Item(claim.range(), Optional.empty(), Optional.empty(), claim.owner()));
            }
        }
        return items;
    }

    private JsonObject node(Item item, List<Reservation> claims) {
        JsonObject node = new JsonObject();
        if (item.owner().isEmpty() || item.resource().isEmpty()) {
            boolean gap = item.label().equals("gap");
            node.addProperty("type", gap ? "gap" : "reserved");
            Fields.range(node, item.range());
            if (!gap) {
                node.addProperty("owner", item.label());
            }
            return node;
        }
        PciFunction function = item.owner().get();
        Resource resource = item.resource().get();
        node.addProperty("type", resource.isWindow() ? "window" : "bar");
        node.addProperty("address", function.address().toString());
        node.addProperty("index", resource.index());
        node.addProperty("name", resource.name());
        node.addProperty("kind", resource.kind().label());
        if (resource.isWindow()) {
            function.bridge().ifPresent(b -> {
                node.addProperty("secondary", b.secondary());
                node.addProperty("subordinate", b.subordinate());
                node.addProperty("hotplug", b.hotplug());
            });
            List<Reservation> inside = claims.stream()
                    .filter(c -> item.range().contains(c.range()))
                    .toList();
            fill(node, item.range(), resource.kind().isIo(), view.topology().childrenOf(function.address()), inside);
        } else {
            Fields.range(node, item.range());
            node.addProperty("driver", function.driver().orElse(null));
            pinned(node, function);
        }
        return node;
    }

    private void pinned(JsonObject into, PciFunction function) {
        Optional<Movability> movability = Optional.ofNullable(view.movability().get(function.address()));
        boolean mayMove = movability.map(Movability::mayMove).orElse(false);
        into.addProperty("pinned", !mayMove);
        into.addProperty("why", movability.map(Movability::why).orElse("nobody was asked who uses it"));
    }

    /** Assigned resources that no window of the parent, or no aperture, covers. */
    private JsonArray outside() {
        JsonArray array = new JsonArray();
        for (PciFunction function : view.topology().functions()) {
            for (Resource resource : function.resources()) {
                if (resource.range().isPresent()
                        && !isCovered(function, resource, resource.range().get())) {
                    JsonObject json = Fields.resource(resource);
                    json.addProperty("address", function.address().toString());
                    array.add(json);
                }
            }
        }
        return array;
    }

    private boolean isCovered(PciFunction function, Resource resource, AddressRange range) {
        boolean io = resource.kind().isIo();
        if (function.parent().isEmpty()) {
            return view.topology().hostBridgeOf(function.address()).apertures().stream()
                    .anyMatch(a -> a.io() == io && a.range().overlaps(range));
        }
        return view.topology().get(function.parent().get()).resources().stream()
                .anyMatch(w -> w.isWindow()
                        && w.kind().isIo() == io
                        && w.range().filter(range::overlaps).isPresent());
    }

    private JsonArray unassigned() {
        JsonArray array = new JsonArray();
        for (PciFunction function : view.topology().functions()) {
            for (Resource resource : function.resources()) {
                if (!resource.isAssigned() && !resource.isWindow()) {
                    JsonObject json = Fields.resource(resource);
                    json.addProperty("address", function.address().toString());
                    array.add(json);
                }
            }
        }
        return array;
    }
}
