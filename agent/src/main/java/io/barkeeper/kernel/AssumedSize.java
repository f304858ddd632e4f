package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceId;
import java.util.List;

/**
 * The size that the kernel keeps of a window, unseen, where nothing tells it.
 *
 * @param bridge whose window it is
 * @param index 13 to 15
 * @param sizes what it may be, in bytes, at least two; the first is what is assumed
 */
record AssumedSize(PciAddress bridge, int index, List<Long> sizes) {

    AssumedSize {
        sizes = List.copyOf(sizes);
    }

    long assumed() {
        return sizes.get(0);
    }

    /** {@code 0000:00:02.0 window 13}. */
    String name() {
        return bridge + " window " + index;
    }

    ResourceId id() {
        return new ResourceId(bridge, index);
    }

    static String text(long size) {
        return size == 0 ? "0" : "0x" + Long.toHexString(size);
    }
}
