package io.barkeeper.snapshot.paste;

/**
 * One text to import.
 *
 * @param name for messages
 * @param kind what it is said to be
 * @param text as it was pasted
 */
public record PasteSource(String name, Kind kind, String text) {

    /** What a text is said to be. */
    public enum Kind {
        /** Anything, sorted line by line. */
        MIXED,
        LSPCI,
        IOMEM,
        DMESG
    }
}
