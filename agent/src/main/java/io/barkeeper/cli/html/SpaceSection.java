package io.barkeeper.cli.html;

import io.barkeeper.cli.text.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The address space at one moment: each aperture of each host bridge to scale, and after them each inhabited window by
 * itself. A reader with scripts sees the windows one at a time, one without sees all of them.
 */
final class SpaceSection {

    private final Story story;
    private final Moment moment;
    private final Markup page;
    private final Map<String, List<Block>> apertures = new HashMap<>();

    SpaceSection(Story story, Moment moment, Markup page) {
        this.story = story;
        this.moment = moment;
        this.page = page;
        List<Moment> moments = new ArrayList<>(List.of(story.now()));
        story.after().ifPresent(moments::add);
        moments.forEach(m -> m.map()
                .objects("hostBridges")
                .forEach(h -> h.objects("apertures").stream()
                        .flatMap(a -> Block.aperture(a).stream())
                        .forEach(a -> apertures
                                .computeIfAbsent(place(h, a), k -> new ArrayList<>())
                                .add(a))));
    }

    private static String place(Answer host, Block aperture) {
        return host.textOr("address", "") + " " + aperture.answer().textOr("kind", "") + " " + aperture.range();
    }

    void write() {
        page.open("section", "class", "moment", "id", moment.id(), "aria-labelledby", moment.id() + "-title")
                .line();
        page.element("h3", moment.title(), "id", moment.id() + "-title").line();
        page.open("div", "class", "whole").line();
        for (Answer host : moment.map().objects("hostBridges")) {
            page.element(
                            "h4",
                            String.format(
                                    "Host bridge %s [bus %02x-%02x]",
                                    host.textOr("address", "?"),
                                    host.number("bus").orElse(0),
                                    host.number("lastBus").orElse(0)))
                    .line();
            memoryFirst(host).forEach(a -> aperture(host, a));
        }
        page.close("div").line();
        page.element(
                        "p",
                        "This window is not there " + (moment == story.now() ? "now." : "then."),
                        "class",
                        "absent",
                        "hidden",
                        "")
                .line();
        windows();
        page.close("section").line();
    }

    private void aperture(Answer host, Block aperture) {
        List<Block> moments = apertures.getOrDefault(place(host, aperture), List.of(aperture));
        new Drawing(story, moment, aperture, Scale.of(moments), page).write("");
    }

    private void windows() {
        for (Answer host : moment.map().objects("hostBridges")) {
            memoryFirst(host).forEach(this::windowsIn);
        }
    }

    /** Memory is what people come for; I/O ports come last. */
    private static List<Block> memoryFirst(Answer host) {
        return host.objects("apertures").stream()
                .flatMap(a -> Block.aperture(a).stream())
                .sorted(Comparator.comparing(a -> a.answer().textOr("kind", "").equals("io")))
                .toList();
    }

    private void windowsIn(Block container) {
        for (Block block : container.contents()) {
            if (block.type() == Block.Type.WINDOW && block.isInhabited()) {
                new Drawing(story, moment, block, Scale.of(List.of(block)), page).write(moment.key(container));
                windowsIn(block);
            }
        }
    }
}
