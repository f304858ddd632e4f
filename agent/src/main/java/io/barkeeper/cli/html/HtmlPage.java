package io.barkeeper.cli.html;

import io.barkeeper.cli.text.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One page that needs nothing but itself: the present, the plan and what the plan would leave, each to scale, and all of
 * it once more as a table. It is made to be attached to a ticket, so it works without scripts, in print, and without a
 * mouse. Its policy lets no script run but its own, and nothing be loaded.
 */
public final class HtmlPage {

    private final Material material;
    private final Story story;
    private final Markup page = new Markup();

    private HtmlPage(Material material) {
        this.material = material;
        Moment now = new Moment("now", "Now", material.map(), material.list());
        this.story = new Story(
                now, material.after().map(a -> new Moment("after", "After the plan, as predicted", a.map(), a.list())));
    }

    /**
     * The machine after a plan.
     *
     * @param map {@code barkeeper.map/1}
     * @param list {@code barkeeper.list/1}
     */
    public record After(Answer map, Answer list) {}

    /**
     * What the page is made from.
     *
     * @param map {@code barkeeper.map/1} of the present
     * @param list {@code barkeeper.list/1} of the present
     * @param check {@code barkeeper.check/1} of the present
     * @param plan {@code barkeeper.plan/1}; empty when none could be made
     * @param after what the plan would leave; empty without a feasible plan
     * @param notes what is not certain, each one sentence
     * @param made who made the page, of what, and when
     */
    public record Material(
            Answer map,
            Answer list,
            Answer check,
            Optional<Answer> plan,
            Optional<After> after,
            List<String> notes,
            String made) {
        public Material {
            notes = List.copyOf(notes);
        }
    }

    /** The whole page. */
    public static String of(Material material) {
        return new HtmlPage(material).text();
    }

    private String text() {
        String script = part("page.js");
        page.own("<!DOCTYPE html>\n").open("html", "lang", "en").line();
        head(script);
        page.open("body").line();
        top();
        page.open("main").line();
        troubles();
        space();
        headroom();
        page.open("section", "id", "resources", "aria-labelledby", "resources-title")
                .line();
        page.element("h2", "Resources", "id", "resources-title").line();
        page.open("div", "class", "wide");
        new ResourceTable(story, page).write();
        page.close("div").close("section").line();
        page.close("main").line();
        page.open("p", "id", "told", "role", "status", "aria-live", "polite")
                .close("p")
                .line();
        page.open("script").own(script).close("script").line();
        return page.close("body").close("html").line().toString();
    }

    private void head(String script) {
        page.open("head").line();
        page.open("meta", "charset", "utf-8").line();
        page.open(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + digest(script)
                                + "'; base-uri 'none'; form-action 'none'")
                .line();
        page.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        page.open("meta", "name", "color-scheme", "content", "light dark").line();
        page.element("title", "PCI address space, Linux " + kernel()).line();
        page.open("style").own(part("page.css")).close("style").line();
        page.close("head").line();
    }

    private String kernel() {
        return material.map().textOr("kernel", "of unknown release");
    }

    private void top() {
        page.open("header").line();
        page.element("h1", "PCI address space").line();
        page.element(
                        "p",
                        "Linux " + kernel() + ", kernel model "
                                + material.list().textOr("model", "unknown") + ", "
                                + story.now().devices().size() + " functions. " + material.made())
                .line();
        page.element("p", verdict(), "class", "verdict").line();
        page.open("nav", "aria-label", "Parts of this page");
        link("troubles", "Troubles");
        link("space", "Address space");
        link("plan", "Plan");
        link("resources", "Resources");
        page.close("nav").line();
        page.close("header").line();
    }

    private void link(String id, String text) {
        page.element("a", text, "href", "#" + id).text(" ");
    }

    /** The whole page in one sentence. */
    private String verdict() {
        int troubles = material.check().objects("troubles").size();
        String present = material.check().flag("healthy")
                ? "Every device works" + (troubles == 0 ? ". " : ", with " + count(troubles, "remark") + ". ")
                : count(troubles, "trouble") + ". ";
        return present
                + material.plan()
                        .map(p -> switch (p.textOr("outcome", "")) {
                            case "feasible" -> "A plan exists that puts it right.";
                            case "nothing-to-do" -> "There is nothing to plan: only the present is shown.";
                            case "infeasible" -> "No plan exists: only the present is shown.";
                            case "refused" -> "What would help may not be touched: only the present is shown.";
                            default -> "Only the present is shown.";
                        })
                        .orElse("No plan could be made: only the present is shown.");
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void troubles() {
        page.open("section", "id", "troubles", "aria-labelledby", "troubles-title")
                .line();
        page.element("h2", "Troubles", "id", "troubles-title").line();
        List<Answer> troubles = material.check().objects("troubles");
        if (troubles.isEmpty()) {
            page.element("p", "None: every resource is placed and open in hardware.")
                    .line();
        } else {
            page.open("ul").line();
            for (Answer trouble : troubles) {
                String kind = trouble.textOr("class", "?");
                page.open("li").element("b", kind, "class", "severity " + kind);
                page.text(" " + trouble.textOr("address", "?") + " " + trouble.textOr("why", ""))
                        .close("li");
                page.line();
            }
            page.close("ul").line();
        }
        Set<String> notes = new LinkedHashSet<>(material.notes());
        notes.forEach(
                n -> page.element("p", "Note: " + n + ".", "class", "remark").line());
        page.close("section").line();
    }

    private void space() {
        page.open("section", "id", "space", "aria-labelledby", "space-title").line();
        page.element("h2", "Address space", "id", "space-title").line();
        page.element(
                        "p",
                        "Addresses run down, and each aperture has a scale of its own"
                                + (story.after().isPresent() ? ", the same at both moments" : "")
                                + ". A zigzag cuts a long free stretch short; what would be thinner than a line is"
                                + " drawn one line thick. A box with a strip at its left is a bridge window: follow it"
                                + " to see it alone, at its own scale.")
                .line();
        tools();
        page.open("div", "class", story.after().isPresent() ? "moments both" : "moments")
                .line();
        new SpaceSection(story, story.now(), page).write();
        if (material.plan().isPresent()) {
            new PlanSection(page).write(material.plan().get());
        }
        story.after().ifPresent(a -> new SpaceSection(story, a, page).write());
        page.close("div").line();
        page.close("section").line();
    }

    private void tools() {
        page.open("div", "class", "tools").line();
        page.open("ul", "class", "legend", "aria-label", "Legend");
        for (String sample : List.of("bar", "bar pinned", "window", "reserved", "gap")) {
            page.open("li")
                    .element("i", "", "class", "sample " + sample)
                    .text(name(sample))
                    .close("li");
        }
        if (story.after().isPresent()) {
            for (String sample : List.of("bar moved", "bar gained", "bar lost")) {
                page.open("li")
                        .element("i", "", "class", "sample " + sample)
                        .text(name(sample))
                        .close("li");
            }
        }
        page.close("ul").line();
        page.open("p", "class", "buttons", "hidden", "");
        page.element("button", "Smaller", "type", "button", "data-do", "smaller")
                .text(" ");
        page.element("button", "Larger", "type", "button", "data-do", "larger").text(" ");
        page.element("button", "Zoom out", "type", "button", "data-do", "out").text(" ");
        page.element(
                "span",
                "Keys in a drawing: arrows walk, Enter zooms into a window, Escape out, + and - magnify.",
                "class",
                "keys");
        page.close("p").line();
        page.close("div").line();
    }

    private static String name(String sample) {
        return switch (sample) {
            case "bar" -> "BAR that may move";
            case "bar pinned" -> "pinned BAR";
            case "window" -> "bridge window";
            case "gap" -> "free";
            case "bar moved" -> "moves";
            case "bar gained" -> "new address";
            case "bar lost" -> "loses its address";
            default -> sample;
        };
    }

    /** What would fit into the empty ports. */
    private void headroom() {
        List<Answer> ports = story.now().map().objects("headroom");
        if (ports.isEmpty()) {
            return;
        }
        page.open("section", "id", "headroom", "aria-labelledby", "headroom-title")
                .line();
        page.element("h2", "Empty hot-plug ports", "id", "headroom-title").line();
        page.open("table").element("caption", "The largest BAR that would fit without harm to anybody");
        page.open("thead")
                .open("tr")
                .element("th", "Port", "scope", "col")
                .element("th", "Now", "scope", "col")
                .element("th", "By moving others", "scope", "col");
        story.after().ifPresent(a -> page.element("th", "After", "scope", "col"));
        page.close("tr").close("thead").open("tbody").line();
        for (Answer port : ports) {
            String name = port.textOr("port", "?");
            page.open("tr")
                    .element("th", name, "scope", "row")
                    .element("td", largest(port), "class", "number")
                    .element("td", byMoving(port), "class", "number");
            story.after()
                    .ifPresent(a -> page.element(
                            "td",
                            a.map().objects("headroom").stream()
                                    .filter(p -> p.textOr("port", "").equals(name))
                                    .findFirst()
                                    .map(HtmlPage::largest)
                                    .orElse("taken"),
                            "class",
                            "number"));
            page.close("tr").line();
        }
        page.close("tbody").close("table").close("section").line();
    }

    private static String largest(Answer port) {
        return port.has("largest") ? port.size("largest") : "none";
    }

    private static String byMoving(Answer port) {
        int devices = port.number("devicesMoved").orElse(-1);
        return devices < 0
                ? ""
                : port.size("largestByMoving") + " (" + devices + (devices == 1 ? " device)" : " devices)");
    }

    private static String part(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-256", e);
        }
    }
}
