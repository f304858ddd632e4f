package io.barkeeper.cli.html;

import io.barkeeper.cli.text.Answer;
import java.util.Optional;

/**
 * What becomes of a resource from one moment to the next; the name in lower case is its class in the style sheet.
 */
enum Change {
    NONE("", ""),
    MOVED("moves", "moved"),
    RESIZED("is resized", "resized"),
    GAINED("gets an address", "new"),
    LOST("loses its address", "lost");

    private final String before;
    private final String after;

    Change(String before, String after) {
        this.before = before;
        this.after = after;
    }

    /** Before it happens; empty when nothing changes. */
    String coming() {
        return before;
    }

    /** Once it has happened. */
    String done() {
        return after;
    }

    /** Of the resource as it is and as it will be; an empty one does not exist. */
    static Change between(Optional<Answer> before, Optional<Answer> after) {
        String from = before.map(Answer::range).orElse("");
        String to = after.map(Answer::range).orElse("");
        if (from.equals(to)) {
            return NONE;
        }
        if (from.isEmpty()) {
            return GAINED;
        }
        if (to.isEmpty()) {
            return LOST;
        }
        boolean sameStart = before.flatMap(b -> b.text("start")).equals(after.flatMap(a -> a.text("start")));
        return sameStart ? RESIZED : MOVED;
    }
}
