package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import java.util.Optional;

/**
 * Something that the model cannot know.
 *
 * @param address the function concerned
 * @param index its resource, or -1 when the function as a whole is meant
 * @param why for an operator, one sentence without a full stop
 * @param risk the risk that an operator may accept, which removes this doubt; empty where none does
 */
public record Doubt(PciAddress address, int index, String why, Optional<Risk> risk) {

    /** A doubt that nobody can lift. */
    public Doubt(PciAddress address, int index, String why) {
        this(address, index, why, Optional.empty());
    }
}
