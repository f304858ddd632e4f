package io.barkeeper.cli.html;

import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.ListText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every function and every resource as a table: what the drawing shows, for who reads, searches or hears it. */
final class ResourceTable {

    private static final int FIRST_WINDOW = 13;

    private final Story story;
    private final Markup page;

    ResourceTable(Story story, Markup page) {
        this.story = story;
        this.page = page;
    }

    void write() {
        page.open("table", "class", "resources").line();
        page.element("caption", "Every function with its resources, as lspci -vv names them")
                .line();
        page.open("thead").open("tr");
        for (String column : columns()) {
            page.element("th", column, "scope", "col");
        }
        page.close("tr").close("thead").line();
        story.now().devices().forEach(this::device);
        page.close("table").line();
    }

    private List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("Resource", "Kind", "Size", "Now"));
        if (story.after().isPresent()) {
            columns.add("After");
        }
        columns.add("Note");
        return columns;
    }

    private void device(Answer device) {
        page.open("tbody").line().open("tr", "class", "device");
        page.open("th", "scope", "rowgroup", "colspan", String.valueOf(columns().size()));
        page.element("b", device.textOr("address", "?")).text(" " + Story.what(device));
        for (String more : more(device)) {
            page.open("br").element("span", more, "class", "more");
        }
        page.close("th").close("tr").line();
        for (String key : story.now().keys(device)) {
            story.now().resource(key).ifPresent(r -> resource(device, key, r));
        }
        page.close("tbody").line();
    }

    private static List<String> more(Answer device) {
        List<String> more = new ArrayList<>();
        device.object("bus")
                .ifPresent(b -> more.add(String.format(
                        "Bus: primary=%02x, secondary=%02x, subordinate=%02x%s%s",
                        b.number("primary").orElse(0),
                        b.number("secondary").orElse(0),
                        b.number("subordinate").orElse(0),
                        device.flag("hotplug") ? ", hot-plug" : "",
                        device.text("slot").map(s -> ", slot " + s).orElse(""))));
        String attached = device.objects("attachments").stream()
                .map(a -> a.textOr("kind", "") + " " + a.textOr("name", "?"))
                .collect(Collectors.joining(", "));
        if (!attached.isEmpty()) {
            more.add(attached);
        }
        device.object("movability")
                .ifPresent(m -> more.add(
                        (m.flag("mayMove") ? "May move: " : "Pinned: ") + m.textOr("why", "nobody was asked")));
        device.objects("troubles").stream()
                .filter(t -> t.number("index").orElse(-1) < 0)
                .forEach(t -> more.add(t.textOr("class", "") + ": " + t.textOr("why", "")));
        return more;
    }

    private void resource(Answer device, String key, Answer now) {
        Change change = story.change(key);
        page.open("tr", "data-row", key, "class", change.name().toLowerCase(Locale.ROOT));
        page.element("th", ListText.name(now), "scope", "row");
        cell("Kind", now.textOr("kind", ""), "");
        cell("Size", size(key, now), "number");
        cell("Now", place(now), "address");
        story.after()
                .ifPresent(a ->
                        cell("After", a.resource(key).map(ResourceTable::place).orElse("gone"), "address"));
        cell("Note", note(device, now, change), "note");
        page.close("tr").line();
    }

    private void cell(String column, String text, String style) {
        page.element("td", text, "data-column", column, style.isEmpty() ? "" : "class", style);
    }

    /** Of the present, or where it has none, as it will be. */
    private String size(String key, Answer now) {
        Optional<Answer> sized = Optional.of(now)
                .filter(r -> !isClosed(r))
                .or(() -> story.after().flatMap(a -> a.resource(key)).filter(r -> !isClosed(r)));
        return sized.map(r -> r.size("size")).orElse("");
    }

    private static boolean isClosed(Answer resource) {
        return isWindow(resource) && resource.hex("size").orElse(0) == 0;
    }

    private static boolean isWindow(Answer resource) {
        return resource.number("index").orElse(0) >= FIRST_WINDOW;
    }

    private static String place(Answer resource) {
        return resource.has("start") ? resource.range() : isWindow(resource) ? "disabled" : "unassigned";
    }

    private static String note(Answer device, Answer resource, Change change) {
        List<String> notes = new ArrayList<>();
        if (change != Change.NONE) {
            notes.add(change.coming());
        }
        if (resource.textOr("hardware", "").equals("closed")) {
            notes.add("registers: closed");
        }
        resource.object("hardware").ifPresent(h -> notes.add("registers: " + h.range()));
        Optional<Answer> trouble = device.objects("troubles").stream()
                .filter(t -> t.number("index").equals(resource.number("index")))
                .findFirst();
        trouble.ifPresent(t -> notes.add(t.textOr("class", "") + ": " + t.textOr("why", "")));
        return String.join("; ", notes);
    }
}
