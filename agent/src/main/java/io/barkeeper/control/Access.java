package io.barkeeper.control;

/** What a peer may do, least first. */
public enum Access {
    NONE,
    READ,
    CHANGE;

    public boolean covers(Access needed) {
        return compareTo(needed) >= 0;
    }
}
