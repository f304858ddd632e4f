package io.barkeeper.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bus while the model works on it: the kernel's {@code struct pci_bus}. */
final class LiveBus {

    /** The bridge that leads here; none for a root bus. */
    final @Nullable LiveFunction bridge;

    final int domain;
    final int number;
    /** Highest bus number at or below this bus. */
    int last;

    /** Functions in the kernel's list order, which breaks ties. */
    final List<LiveFunction> functions = new ArrayList<>();

    /** A root bus's apertures in the kernel's order; the windows 13 to 15 of the bridge otherwise. */
    final List<LiveResource> windows;

    LiveBus(@Nullable LiveFunction bridge, int domain, int number, int last, List<LiveResource> windows) {
        this.bridge = bridge;
        this.domain = domain;
        this.number = number;
        this.last = last;
        this.windows = windows;
    }

    boolean isRoot() {
        return bridge == null;
    }

    @Nullable
    LiveBus parent() {
        return bridge == null ? null : bridge.bus;
    }

    /** {@code [bus 02-04]}. */
    @Override
    public String toString() {
        return number == last ? String.format("[bus %02x]", number) : String.format("[bus %02x-%02x]", number, last);
    }
}
