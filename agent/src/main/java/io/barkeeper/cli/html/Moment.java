package io.barkeeper.cli.html;

import io.barkeeper.cli.text.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The machine at one moment: as it is, or as a plan would leave it. A resource is known by the path of its function from
 * the root and its row, which stay the same when bus numbers change.
 */
final class Moment {

    private final String id;
    private final String title;
    private final Answer map;
    private final Map<String, Answer> byAddress = new LinkedHashMap<>();
    private final Map<String, Answer> byPath = new LinkedHashMap<>();
    private final Map<String, Answer> resources = new LinkedHashMap<>();

    /**
     * @param id a word that begins the names of its parts in the page
     * @param title for people
     * @param map {@code barkeeper.map/1}
     * @param list {@code barkeeper.list/1}
     */
    Moment(String id, String title, Answer map, Answer list) {
        this.id = id;
        this.title = title;
        this.map = map;
        for (Answer device : list.objects("devices")) {
            byAddress.put(device.textOr("address", ""), device);
            byPath.put(path(device), device);
            for (Answer resource : device.objects("resources")) {
                resources.put(key(path(device), resource), resource);
            }
        }
    }

    private static String path(Answer device) {
        return device.textOr("path", device.textOr("address", ""));
    }

    private static String key(String path, Answer resource) {
        return path + "~" + resource.textOr("index", "");
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    Answer map() {
        return map;
    }

    List<Answer> devices() {
        return List.copyOf(byPath.values());
    }

    Optional<Answer> device(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    Optional<Answer> deviceAt(String address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    Optional<Answer> resource(String key) {
        return Optional.ofNullable(resources.get(key));
    }

    /** The keys of a function's resources, by row. */
    List<String> keys(Answer device) {
        List<String> keys = new ArrayList<>();
        device.objects("resources").forEach(r -> keys.add(key(path(device), r)));
        return keys;
    }

    /** The path of the function that a block belongs to; empty text for one that no function owns. */
    String path(Block block) {
        return block.answer()
                .text("address")
                .map(a -> deviceAt(a).map(Moment::path).orElse(a))
                .orElse("");
    }

    /** What names a block at any moment. */
    String key(Block block) {
        return switch (block.type()) {
            case APERTURE ->
                block.answer().textOr("kind", "") + "~" + block.answer().textOr("start", "");
            case WINDOW, BAR -> key(path(block), block.answer());
            case RESERVED, GAP -> "";
        };
    }
}
