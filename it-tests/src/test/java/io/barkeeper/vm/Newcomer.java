package io.barkeeper.vm;

import io.barkeeper.lab.Guest;
import io.barkeeper.lab.PciState;
import java.util.List;

/** The device that a scene hot-adds: BAR 0 small, BAR 2 the large one. */
final class Newcomer {
    private Newcomer() {}

    /** What keeps it from working; empty when both memory BARs are placed, in sysfs and in registers. */
    static List<String> troubles(Guest guest, String address, long bar2) {
        PciState now = guest.pci();
        if (!now.has(address)) {
            return List.of(address + " is not there");
        }
        List<String> large = now.missing(now.at(address), 2, bar2);
        if (!large.isEmpty()) {
            return large;
        }
        return now.missing(now.at(address), 0, now.at(address).row(0).size());
    }
}
