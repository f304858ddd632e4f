package io.barkeeper.config;

import io.barkeeper.config.Config.Loaded;
import io.barkeeper.config.Config.Mistakes;
import io.barkeeper.config.Config.Result;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads the files one after the other into a {@link Draft} and gathers every mistake on the way. */
final class ConfigReader {

    private static final Map<String, Key> KEYS =
            Key.ALL.stream().collect(Collectors.toUnmodifiableMap(Key::name, Function.identity()));

    private static final String RULE = "rule";
    private static final String RESERVE = "reserve";

    private final Draft draft = new Draft();
    private final List<Mistake> mistakes = new ArrayList<>();
    private final List<Setting> found = new ArrayList<>();

    private ConfigReader() {}

    static Result read(Path file, Path dropIns) {
        ConfigReader reader = new ConfigReader();
        for (Path path : reader.files(file, dropIns)) {
            reader.readFile(path);
        }
        reader.checkSettling(file);
        return reader.mistakes.isEmpty()
                ? new Loaded(reader.draft.config(), reader.settings())
                : new Mistakes(reader.mistakes);
    }

    /** What was found and still counts, in the order of the keys; a default where nothing was found; then the sections. */
    private List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        for (Key key : Key.ALL) {
            List<Setting> set =
                    found.stream().filter(s -> s.key().equals(key.name())).toList();
            if (set.isEmpty()) {
                settings.add(new Setting(key.name(), key.standard(), Setting.DEFAULT));
            } else {
                settings.addAll(key.adds() ? set : set.subList(set.size() - 1, set.size()));
            }
        }
        for (String section : List.of(RULE, RESERVE)) {
            found.stream().filter(s -> s.key().equals(section)).forEach(settings::add);
        }
        return settings;
    }

    private List<Path> files(Path file, Path dropIns) {
        TreeSet<Path> inOrder = new TreeSet<>();
        if (Files.exists(dropIns)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(dropIns, "*.toml")) {
                entries.forEach(inOrder::add);
            } catch (IOException | DirectoryIteratorException e) {
                mistakes.add(new Mistake(dropIns.toString(), 0, 0, "", "cannot be read as a directory"));
            }
        }
        List<Path> all = new ArrayList<>();
        if (Files.exists(file)) {
            all.add(file);
        }
        all.addAll(inOrder);
        return all;
    }

    private void readFile(Path path) {
        try {
            TomlParseResult table = Toml.parse(Files.readString(path));
            for (TomlParseError error : table.errors()) {
                add(path, error.position(), "", String.valueOf(error.getMessage()));
            }
            if (!table.hasErrors()) {
                readTable(path, table, table, List.of());
            }
        } catch (CharacterCodingException e) {
            mistakes.add(new Mistake(path.toString(), 0, 0, "", "is not text in UTF-8"));
        } catch (IOException e) {
            String why = Files.isDirectory(path) ? "is a directory" : "cannot be read; who may is set by its mode";
            mistakes.add(new Mistake(path.toString(), 0, 0, "", why));
        }
    }

    private void readTable(Path file, TomlTable root, TomlTable table, List<String> above) {
        for (String name : table.keySet()) {
            List<String> path = new ArrayList<>(above);
            path.add(name);
            String key = String.join(".", path);
            Object value = table.get(List.of(name));
            Key known = KEYS.get(key);
            if (value == null) {
                continue;
            }
            if (known != null) {
                TomlPosition position = root.inputPositionOf(path);
                if (set(file, position, key, () -> known.setter().set(draft, value))) {
                    found.add(new Setting(key, Key.text(value), place(file, position)));
                }
            } else if (key.equals(RULE) && value instanceof TomlArray rules) {
                readSections(file, RULE, rules, RuleReader::new);
            } else if (key.equals(RESERVE) && value instanceof TomlArray reserves) {
                readSections(file, RESERVE, reserves, ReserveReader::new);
            } else if (value instanceof TomlTable section && isSection(key)) {
                readTable(file, root, section, path);
            } else {
                add(file, root.inputPositionOf(path), key, unknown(above));
            }
        }
    }

    private static boolean isSection(String key) {
        return KEYS.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
    }

    private static String unknown(List<String> above) {
        String prefix = above.isEmpty() ? "" : String.join(".", above) + ".";
        List<String> known = new ArrayList<>(Key.ALL.stream()
                .map(Key::name)
                .filter(k -> k.startsWith(prefix))
                .toList());
        if (above.isEmpty()) {
            known.add("[[rule]]");
            known.add("[[reserve]]");
        }
        return "there is no such key here; known are " + String.join(", ", known);
    }

    private void readSections(Path file, String name, TomlArray sections, Supplier<SectionReader> readers) {
        for (int i = 0; i < sections.size(); i++) {
            if (!(sections.get(i) instanceof TomlTable table)) {
                add(file, sections.inputPositionOf(i), name, "must be a section, written [[" + name + "]]");
                continue;
            }
            int before = mistakes.size();
            SectionReader reader = readers.get();
            for (String key : table.keySet()) {
                Object value = table.get(List.of(key));
                if (value != null) {
                    set(file, table.inputPositionOf(List.of(key)), key, () -> reader.set(key, value));
                }
            }
            if (mistakes.size() == before) {
                try {
                    found.add(new Setting(name, reader.into(draft), place(file, sections.inputPositionOf(i))));
                } catch (BadValue e) {
                    add(file, sections.inputPositionOf(i), name, String.valueOf(e.getMessage()));
                }
            }
        }
    }

    /** Something that takes a value. */
    private interface Taking {
        void take() throws BadValue;
    }

    /** False when the value was a mistake, which is noted. */
    private boolean set(Path file, @Nullable TomlPosition position, String key, Taking taking) {
        try {
            taking.take();
            return true;
        } catch (BadValue e) {
            add(file, position, key, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static String place(Path file, @Nullable TomlPosition position) {
        return position == null ? file.toString() : file + ":" + position.line();
    }

    private void checkSettling(Path file) {
        if (draft.settleLongestMicros < draft.settleQuietMicros) {
            String where = found.stream()
                    .filter(s -> s.key().startsWith("settle."))
                    .reduce((first, second) -> second)
                    .map(Setting::origin)
                    .orElse(file.toString());
            mistakes.add(new Mistake(
                    where,
                    0,
                    0,
                    "settle.longest",
                    draft.settleLongestMicros / 1000 + " ms is shorter than settle.quiet, "
                            + draft.settleQuietMicros / 1000 + " ms"));
        }
    }

    private void add(Path file, @Nullable TomlPosition position, String key, String why) {
        mistakes.add(new Mistake(
                file.toString(),
                position == null ? 0 : position.line(),
                position == null ? 0 : position.column(),
                key,
                why));
    }
}
