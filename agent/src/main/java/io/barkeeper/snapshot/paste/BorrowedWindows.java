package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Resource;
import io.barkeeper.snapshot.paste.LoggedFunction.Spot;
import java.util.List;
import java.util.Optional;

/**
 * Completes one stretch of the log by another: a window of which the one says nothing, and that the other shows around
 * what the one has placed below the bridge. Something placed proves that there is a window around it.
 */
final class BorrowedWindows {

    private BorrowedWindows() {}

    /** @param memory shows some windows too, and is believed first */
    static void complete(LogReplay.Result chosen, List<LogReplay.Result> all, MapClaims memory, Gaps gaps) {
        for (LoggedFunction bridge : chosen.functions().values()) {
            for (int index = Resource.WINDOW_IO; index <= Resource.WINDOW_PREF; index++) {
                if (bridge.secondary.isEmpty() || bridge.spots.containsKey(index) || isMapped(bridge, index, memory)) {
                    continue;
                }
                Optional<Spot> other = elsewhere(bridge, index, chosen, all);
                if (other.isPresent()) {
                    bridge.spots.put(index, other.get());
                    gaps.of(
                            bridge.address,
                            "BK-NOTE-BORROWED",
                            "one window is shown only in another stretch, at "
                                    + other.get().line().place(),
                            "it is taken from there, since it contains what is placed below it");
                }
            }
        }
    }

    private static boolean isMapped(LoggedFunction bridge, int index, MapClaims memory) {
        return index == Resource.WINDOW_PREF
                && memory.windowsTo(bridge.address.domain(), bridge.secondary.orElse(0)).stream()
                        .anyMatch(AddressRange.ABOVE_4G::contains);
    }

    private static Optional<Spot> elsewhere(
            LoggedFunction bridge, int index, LogReplay.Result chosen, List<LogReplay.Result> all) {
        for (LogReplay.Result result : all) {
            LoggedFunction same = result.functions().get(bridge.address);
            Spot spot = same == null ? null : same.spots.get(index);
            if (spot != null
                    && spot.range().isPresent()
                    && holds(spot.range().get(), index == Resource.WINDOW_IO, bridge, chosen)) {
                return Optional.of(spot);
            }
        }
        return Optional.empty();
    }

    private static boolean holds(AddressRange range, boolean io, LoggedFunction bridge, LogReplay.Result chosen) {
        return chosen.functions().values().stream()
                .filter(f ->
                        f.address.domain() == bridge.address.domain() && f.address.bus() == bridge.secondary.orElse(-1))
                .flatMap(f -> f.spots.values().stream())
                .anyMatch(s -> s.kind().isIo() == io
                        && s.range().filter(range::contains).isPresent());
    }
}
