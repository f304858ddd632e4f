package io.barkeeper.cli.html;

import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.ClassNames;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What the page says about a resource, in the words of {@code lspci}: a short label for its place in the drawing and the
 * whole of it for who asks.
 *
 * @param now the machine as it is; also the authority on who may move
 * @param after as a plan would leave it; empty when there is none
 */
record Story(Moment now, Optional<Moment> after) {

    Change change(String key) {
        return after.map(a -> Change.between(now.resource(key), a.resource(key)))
                .orElse(Change.NONE);
    }

    /** Why the function may not move; empty when it may, or is not known. */
    Optional<String> pin(String path) {
        return now.device(path)
                .flatMap(d -> d.object("movability"))
                .filter(m -> !m.flag("mayMove"))
                .map(m -> m.textOr("why", ""));
    }

    /** {@code 05:00.0 BAR 2, 64 MiB}. */
    String label(Moment moment, Block block) {
        Answer answer = block.answer();
        String size = answer.size("size");
        return switch (block.type()) {
            case APERTURE -> "aperture " + answer.textOr("kind", "") + ", " + size;
            case GAP -> size + " free";
            case RESERVED -> answer.textOr("owner", "reserved") + ", " + size;
            case WINDOW -> near(answer) + " " + answer.textOr("kind", "") + " " + size;
            case BAR -> {
                String key = moment.key(block);
                StringJoiner label = new StringJoiner(", ");
                label.add(near(answer) + " " + answer.textOr("name", "") + ", " + size);
                answer.text("driver").ifPresent(label::add);
                pin(moment.path(block)).ifPresent(why -> label.add("pinned"));
                if (change(key) != Change.NONE) {
                    label.add(moment == now ? change(key).coming() : change(key).done());
                }
                yield label.toString();
            }
        };
    }

    /** Without the domain where it is the usual one, as {@code lspci} does. */
    static String near(Answer answer) {
        String address = answer.textOr("address", "?");
        return address.startsWith("0000:") ? address.substring(5) : address;
    }

    /** Everything about a block, in one paragraph. */
    String whole(Moment moment, Block block) {
        Answer answer = block.answer();
        StringJoiner whole = new StringJoiner("; ");
        switch (block.type()) {
            case APERTURE -> whole.add("aperture " + answer.textOr("kind", ""));
            case GAP -> whole.add("free");
            case RESERVED -> whole.add("reserved by " + answer.textOr("owner", "somebody"));
            case WINDOW -> whole.add(window(answer));
            case BAR ->
                whole.add(answer.textOr("address", "?") + " " + answer.textOr("name", "") + " "
                        + answer.textOr("kind", ""));
        }
        whole.add(answer.size("size")).add(answer.range());
        if (block.isContainer()) {
            whole.add(answer.size("free") + " free, " + answer.size("largestFree") + " in one piece");
        }
        String path = moment.path(block);
        if (!path.isEmpty()) {
            moment.device(path).ifPresent(d -> whole.add(what(d)));
            pin(path).ifPresent(why -> whole.add("pinned: " + why));
            elsewhere(moment, moment.key(block)).ifPresent(whole::add);
        }
        return whole.toString();
    }

    private static String window(Answer window) {
        return String.format(
                "%s bridge window %s to bus %02x-%02x",
                window.textOr("address", "?"),
                window.textOr("kind", ""),
                window.number("secondary").orElse(0),
                window.number("subordinate").orElse(0));
    }

    /** {@code Ethernet controller [0200]: [8086:10d3], driver e1000e}. */
    static String what(Answer device) {
        int code = (int) device.hex("class").orElse(0);
        return String.format(
                "%s [%04x]: [%s:%s]%s",
                ClassNames.of(code),
                code >>> 8,
                digits(device.textOr("vendor", "?")),
                digits(device.textOr("device", "?")),
                device.text("driver").map(d -> ", driver " + d).orElse(", no driver"));
    }

    private static String digits(String hex) {
        return hex.startsWith("0x") ? hex.substring(2) : hex;
    }

    /** Where it goes, or where it came from. */
    private Optional<String> elsewhere(Moment moment, String key) {
        Change change = change(key);
        if (change == Change.NONE || after.isEmpty()) {
            return Optional.empty();
        }
        if (change == Change.GAINED || change == Change.LOST) {
            return Optional.of(change == Change.GAINED ? "has no address now" : "loses its address");
        }
        boolean isNow = moment == now;
        Optional<Answer> other = isNow ? after.get().resource(key) : now.resource(key);
        return other.map(o -> (isNow ? "goes to " : "came from ") + o.range());
    }
}
