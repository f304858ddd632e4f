package io.barkeeper.plan;

import io.barkeeper.pci.ResourceId;
import java.util.List;

/**
 * Why no layout can exist.
 *
 * @param container the aperture or window that is too small: {@code aperture [mem 0x…-0x…] of 0000:00} or the bridge's
 *     window
 * @param capacity bytes that it could offer at most
 * @param needed bytes that must go in there, alignment included
 * @param missing {@code needed - capacity}, at least 1
 * @param pinned resources in it that may not move
 * @param remedy the nearest change that would help
 */
public record Certificate(
        String container, long capacity, long needed, long missing, List<ResourceId> pinned, String remedy) {

    public Certificate {
        pinned = List.copyOf(pinned);
    }
}
