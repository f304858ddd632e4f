package io.barkeeper.pci;

import java.util.Optional;

/** What the registers of a BAR or of a window hold, whatever the kernel believes. */
public sealed interface Decoded {

    /**
     * The registers name this range. A BAR's register keeps its last address when the kernel gives up on it; whether
     * the function answers there is up to its command register.
     */
    record At(AddressRange range) implements Decoded {}

    /** A window whose base lies above its limit, or a BAR whose register holds 0: nothing is forwarded. */
    record Closed() implements Decoded {
        private static final Decoded INSTANCE = new Closed();
    }

    /** The registers were not read: no permission, a suspended function, or a paste that does not show them. */
    record Unread() implements Decoded {
        private static final Decoded INSTANCE = new Unread();
    }

    static Decoded closed() {
        return Closed.INSTANCE;
    }

    static Decoded unread() {
        return Unread.INSTANCE;
    }

    static Decoded at(AddressRange range) {
        return new At(range);
    }

    /** The range, when the registers were read and name one. */
    default Optional<AddressRange> asRange() {
        return this instanceof At at ? Optional.of(at.range()) : Optional.empty();
    }
}
