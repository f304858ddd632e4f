package io.barkeeper.kernel;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Actions that the model follows by the kernel's source alone, never checked on a live kernel. Each prediction with one
 * of them carries a {@link Doubt} that names it, and an operator may take it by its name ({@code --accept-risk}).
 */
public enum Risk {
    /** {@code resourceN_resize}. */
    REBAR("resizing is modelled after the kernel's source and was never checked live"),
    /** {@code slots/N/power}. */
    SLOT_POWER("slot power is modelled after the kernel's source and was never checked live"),
    /** Bus-number registers zeroed: what is below the bridge gets other bus numbers, and other names with them. */
    RENUMBER("renumbering is modelled after the kernel's source and was never checked live");

    private final String why;

    Risk(String why) {
        this.why = why;
    }

    /** The stable name: {@code rebar}, {@code slot-power}, {@code renumber}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Why it is one, a sentence without a full stop. */
    public String why() {
        return why;
    }

    /** The risk of this name; empty when there is none. */
    public static Optional<Risk> named(String label) {
        return Stream.of(values()).filter(r -> r.label().equals(label)).findFirst();
    }

    /** The risk that an action brings with it; empty for those that were checked on live kernels. */
    public static Optional<Risk> of(Action action) {
        if (action instanceof Action.Resize) {
            return Optional.of(REBAR);
        }
        if (action instanceof Action.SlotPower) {
            return Optional.of(SLOT_POWER);
        }
        return action instanceof Action.Renumber ? Optional.of(RENUMBER) : Optional.empty();
    }
}
