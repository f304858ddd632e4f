package io.barkeeper.machine.simulated;

import io.barkeeper.pci.PciAddress;

/** Hears what a uevent socket would: that something may have changed. */
@FunctionalInterface
public interface HintListener {

    /** @param action {@code add}, {@code remove}, {@code bind} or {@code unbind} */
    void hint(String action, PciAddress address);
}
