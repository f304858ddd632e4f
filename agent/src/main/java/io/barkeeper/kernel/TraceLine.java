package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import java.util.Optional;

/**
 * One line of what the kernel log would say. A line that begins with two blanks is the model's own: it gives the reason
 * for the line that follows or precedes it.
 *
 * @param subject the function that it is about; empty for the machine as a whole
 * @param index the row of the resource; -1 for the function as a whole
 * @param text as {@code dmesg} prints it, without the time
 */
public record TraceLine(Optional<PciAddress> subject, int index, String text) {

    @Override
    public String toString() {
        return text;
    }
}
