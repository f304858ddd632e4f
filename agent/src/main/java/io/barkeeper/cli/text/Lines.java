package io.barkeeper.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Lines of text that fit a width. A word longer than the width stays whole. */
public final class Lines {

    private final int columns;
    private final List<String> lines = new ArrayList<>();

    /** @param columns how wide a line may be */
    public Lines(int columns) {
        this.columns = columns;
    }

    public Lines line(String text) {
        lines.add(text);
        return this;
    }

    public Lines blank() {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        return this;
    }

    /** A paragraph behind {@code first}; further lines are indented as far as {@code first} is long. */
    public Lines wrapped(String first, String text) {
        return wrapped(first, " ".repeat(first.length()), text);
    }

    /** A paragraph behind {@code first}, further lines behind {@code next}. */
    public Lines wrapped(String first, String next, String text) {
        StringBuilder line = new StringBuilder(first);
        int start = line.length();
        for (String word : text.split(" ", -1)) {
            boolean fresh = line.length() == start;
            if (!fresh && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line = new StringBuilder(next);
                start = line.length();
                fresh = true;
            }
            line.append(fresh ? "" : " ").append(word);
        }
        lines.add(line.toString().stripTrailing());
        return this;
    }

    public List<String> asList() {
        return List.copyOf(lines);
    }
}
