package io.barkeeper.cli.html;

import java.util.Set;

/**
 * HTML as it is written. Every text and every value of an attribute is escaped here, so that a name which a machine gave
 * (a driver, a slot, an owner in {@code /proc/iomem}) is never taken for markup.
 */
final class Markup {

    private static final Set<String> VOID = Set.of("meta", "br");
    private static final int REPLACEMENT = 0xfffd;

    private final StringBuilder out = new StringBuilder();

    /** Begins an element. Attributes are pairs of name and value; one with an empty name is left out. */
    Markup open(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            if (!attributes[i].isEmpty()) {
                out.append(' ')
                        .append(attributes[i])
                        .append("=\"")
                        .append(escape(attributes[i + 1]))
                        .append('"');
            }
        }
        out.append('>');
        return this;
    }

    Markup close(String tag) {
        out.append("</").append(tag).append('>');
        return this;
    }

    Markup line() {
        out.append('\n');
        return this;
    }

    Markup text(String text) {
        out.append(escape(text));
        return this;
    }

    /** A whole element with a text in it. */
    Markup element(String tag, String text, String... attributes) {
        open(tag, attributes);
        return VOID.contains(tag) ? this : text(text).close(tag);
    }

    /** A part of the program itself, such as its style sheet, as it is. */
    Markup own(String constant) {
        out.append(constant);
        return this;
    }

    /**
     * As HTML takes it literally, in a text and in a quoted attribute. Control characters, and those that turn the
     * direction of writing and so could show another name than there is, become U+FFFD.
     */
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(isPlain(c) ? c : REPLACEMENT);
            }
        });
        return safe.toString();
    }

    private static boolean isPlain(int c) {
        if (c == '\n' || c == '\t') {
            return true;
        }
        int type = Character.getType(c);
        return type != Character.CONTROL && type != Character.SURROGATE && type != Character.FORMAT;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
