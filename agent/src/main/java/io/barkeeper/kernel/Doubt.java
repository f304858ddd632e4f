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
 * @param remedy what an operator can do to have it known, a sentence without a full stop; empty where nothing would
 */
public record Doubt(PciAddress address, int index, String why, Optional<Risk> risk, Optional<String> remedy) {

    /** A doubt that nobody can lift. */
    public Doubt(PciAddress address, int index, String why) {
        this(address, index, why, Optional.empty(), Optional.empty());
    }

    /** A doubt that whoever takes a risk lifts. */
    static Doubt of(PciAddress address, int index, Risk risk) {
        return new Doubt(address, index, risk.why(), Optional.of(risk), Optional.empty());
    }

    /** A doubt about something that can be learnt. */
    static Doubt curable(PciAddress address, int index, String why, String remedy) {
        return new Doubt(address, index, why, Optional.empty(), Optional.of(remedy));
    }
}
