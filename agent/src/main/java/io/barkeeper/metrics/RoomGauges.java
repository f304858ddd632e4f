package io.barkeeper.metrics;

import io.barkeeper.pci.ResourceKind;
import io.barkeeper.plan.Arrivals;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** How full bridges, apertures and empty hot-plug ports are: a gauge for each, which goes when its bridge goes. */
final class RoomGauges {

    private final MultiGauge windowFree;
    private final MultiGauge windowLargest;
    private final MultiGauge busNumbers;
    private final MultiGauge slots;
    private final MultiGauge slotsByMoving;
    private final MultiGauge slotDevices;

    RoomGauges(MeterRegistry registry) {
        windowFree = MultiGauge.builder("barkeeper.window.free")
                .description("Free bytes in a bridge's window, or in the apertures of a host bridge")
                .baseUnit("bytes")
                .register(registry);
        windowLargest = MultiGauge.builder("barkeeper.window.largest.free")
                .description("Bytes of the largest free piece of a window or aperture")
                .baseUnit("bytes")
                .register(registry);
        busNumbers = MultiGauge.builder("barkeeper.bus.numbers.free")
                .description("Bus numbers of a bridge that nobody below it has")
                .register(registry);
        slots = MultiGauge.builder("barkeeper.slot.largest.bar")
                .description("Bytes of the largest BAR that fits at once into an empty hot-plug port; 0 when none does")
                .baseUnit("bytes")
                .register(registry);
        slotsByMoving = MultiGauge.builder("barkeeper.slot.largest.bar.by.moving")
                .description("Bytes of the largest BAR for which a plan could make room in an empty hot-plug port")
                .baseUnit("bytes")
                .register(registry);
        slotDevices = MultiGauge.builder("barkeeper.slot.largest.bar.by.moving.devices")
                .description("Devices that this plan would take out and put back")
                .register(registry);
    }

    /** How full the machine is now; what is gone since the last call is no longer published. */
    void room(List<Room> rooms) {
        windowFree.register(perWindow(rooms, Room.Space::free), true);
        windowLargest.register(perWindow(rooms, Room.Space::largest), true);
        busNumbers.register(
                rooms.stream()
                        .map(r -> MultiGauge.Row.of(Tags.of("bridge", r.bridge()), r.freeBusNumbers()))
                        .toList(),
                true);
    }

    private static List<MultiGauge.Row<?>> perWindow(List<Room> rooms, ToLongFunction<Room.Space> bytes) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Room room : rooms) {
            room.windows()
                    .forEach((kind, space) -> rows.add(MultiGauge.Row.of(
                            Tags.of("bridge", room.bridge(), "kind", kind), unsigned(bytes.applyAsLong(space)))));
        }
        return rows;
    }

    /** What fits into the empty hot-plug ports now, and by moving others; a port that has its card is no longer published. */
    void slots(List<Arrivals.Slot> empty) {
        slots.register(
                empty.stream()
                        .map(s -> MultiGauge.Row.of(slot(s), unsigned(s.atOnce().orElse(0))))
                        .toList(),
                true);
        List<Arrivals.Slot> movable =
                empty.stream().filter(s -> s.moved().isPresent()).toList();
        slotsByMoving.register(
                movable.stream()
                        .map(s -> MultiGauge.Row.of(
                                slot(s), unsigned(s.moved().orElseThrow().bytes())))
                        .toList(),
                true);
        slotDevices.register(
                movable.stream()
                        .map(s -> MultiGauge.Row.of(
                                slot(s), s.moved().orElseThrow().devices()))
                        .toList(),
                true);
    }

    private static Tags slot(Arrivals.Slot slot) {
        return Tags.of("port", slot.port().toString(), "kind", ResourceKind.WINDOW_PREF.label());
    }

    /** Sizes are unsigned 64-bit numbers; as a double they lose their lowest bits, which nobody graphs. */
    private static double unsigned(long bytes) {
        return bytes >= 0 ? bytes : (bytes >>> 1) * 2.0;
    }
}
