package io.barkeeper.cli.html;

import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.AddressRange;
import java.util.Locale;

/**
 * One aperture or window to scale. Addresses run down the page. A window is a box that holds what lies in it, with its
 * name on the strip at its left; so nesting goes from left to right, and text stays upright where it is most read.
 *
 * <p>Boxes are given in lines of text, and the style sheet multiplies that by the magnification. Each is an item of a
 * tree for who cannot see it, and a window leads to its own drawing.
 */
final class Drawing {

    private static final double TICK = 1.4;
    private static final double THIN = 0.8;

    /** With more windows inside each other, their names are turned. */
    private static final int MOST_UPRIGHT = 3;

    private final Story story;
    private final Moment moment;
    private final Block whole;
    private final Scale scale;
    private final Markup page;

    Drawing(Story story, Moment moment, Block whole, Scale scale, Markup page) {
        this.story = story;
        this.moment = moment;
        this.whole = whole;
        this.scale = scale;
        this.page = page;
    }

    /** @param above the key of the container that this one lies in; empty for an aperture */
    void write(String above) {
        boolean zoom = !above.isEmpty();
        page.open(
                        "figure",
                        "class",
                        zoom ? "drawing zoom" : "drawing",
                        zoom ? "id" : "",
                        anchor(moment, moment.key(whole)),
                        zoom ? "data-key" : "",
                        moment.key(whole),
                        zoom ? "data-above" : "",
                        above)
                .line();
        caption();
        page.open(
                        "div",
                        "class",
                        whole.depth() > MOST_UPRIGHT ? "space deep" : "space",
                        "role",
                        "tree",
                        "aria-label",
                        story.whole(moment, whole),
                        "style",
                        String.format(Locale.ROOT, "--h:%.2f;--depth:%d", scale.height(), whole.depth()))
                .line();
        ticks();
        for (Block block : whole.contents()) {
            box(block, 0);
        }
        for (AddressRange cut : scale.breaks()) {
            page.element("div", "", "class", "cut", "aria-hidden", "true", "style", place(cut, 0))
                    .line();
        }
        page.close("div").close("figure").line();
    }

    /** The name of a drawing in the page. */
    static String anchor(Moment moment, String key) {
        return moment.id() + "." + key;
    }

    private void caption() {
        page.open("figcaption");
        page.element("b", story.label(moment, whole)).text(" ");
        page.element("span", whole.answer().range(), "class", "address").open("br");
        long free = whole.answer().hex("free").orElse(0);
        String space = !whole.isInhabited()
                ? "empty"
                : free == 0
                        ? "full"
                        : whole.answer().size("free") + " free, "
                                + whole.answer().size("largestFree") + " in one piece";
        page.element("span", space);
        scale.bytesPerLine()
                .ifPresent(b -> page.element("span", "; a line of text is " + Sizes.human(b), "class", "scale"));
        page.close("figcaption").line();
    }

    /** Addresses at the left, where there is room for one. */
    private void ticks() {
        double last = -TICK;
        for (Block block : whole.contents()) {
            double top = scale.top(block.range().start());
            if (top - last >= TICK && scale.height() - top >= TICK / 2) {
                page.element(
                        "span",
                        "0x" + Long.toHexString(block.range().start()),
                        "class",
                        "tick",
                        "aria-hidden",
                        "true",
                        "style",
                        String.format(Locale.ROOT, "--t:%.2f", top));
                last = top;
            }
        }
        page.line();
    }

    private void box(Block block, int depth) {
        String key = moment.key(block);
        boolean leads = block.type() == Block.Type.WINDOW && block.isInhabited();
        String tag = leads ? "a" : "div";
        page.open(
                tag,
                leads ? "href" : "",
                "#" + anchor(moment, key),
                "class",
                style(block, key),
                "role",
                "treeitem",
                "aria-level",
                String.valueOf(depth + 1),
                key.isEmpty() ? "" : "data-of",
                key,
                "title",
                story.whole(moment, block),
                "style",
                place(block.range(), depth));
        label(block);
        page.close(tag).line();
        for (Block inner : block.contents()) {
            box(inner, depth + 1);
        }
    }

    private void label(Block block) {
        if (block.type() == Block.Type.WINDOW) {
            page.open("span").element("b", Story.near(block.answer())).text(" ");
            page.element(
                    "span",
                    block.answer().textOr("kind", "") + " " + block.answer().size("size"));
            page.close("span");
        } else {
            page.element("span", story.label(moment, block));
        }
    }

    private String style(Block block, String key) {
        StringBuilder names = new StringBuilder(block.type().name().toLowerCase(Locale.ROOT));
        Change change = story.change(key);
        if (!key.isEmpty() && change != Change.NONE) {
            names.append(' ').append(change.name().toLowerCase(Locale.ROOT));
        }
        if (block.type() == Block.Type.BAR && story.pin(moment.path(block)).isPresent()) {
            names.append(" pinned");
        }
        if (scale.bottom(block.range()) - scale.top(block.range().start()) < THIN) {
            names.append(" thin");
        }
        return names.toString();
    }

    private String place(AddressRange range, int depth) {
        double top = scale.top(range.start());
        return String.format(Locale.ROOT, "--t:%.3f;--b:%.3f;--d:%d", top, scale.bottom(range) - top, depth);
    }
}
