package io.barkeeper.config;

import io.barkeeper.config.Config.Loaded;
import io.barkeeper.config.Config.Mistakes;
import io.barkeeper.config.Config.Result;
import io.barkeeper.policy.PolicyRules.Verdict;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads the files one after the other into a {@link Draft} and gathers every mistake on the way. */
final class ConfigReader {

    /** Takes a value into the draft. */
    private interface Setter {
        void set(Draft draft, Object value) throws BadValue;
    }

    private static final Map<String, Setter> SETTERS = setters();

    private final Draft draft = new Draft();
    private final List<Mistake> mistakes = new ArrayList<>();
    private final Map<String, String> origins = new LinkedHashMap<>();

    private ConfigReader() {}

    private static Map<String, Setter> setters() {
        Map<String, Setter> all = new LinkedHashMap<>();
        all.put("mode", (d, v) -> d.mode = Values.mode(v));
        all.put("settle.quiet", (d, v) -> d.settleQuietMicros = Values.duration(v));
        all.put("settle.longest", (d, v) -> d.settleLongestMicros = Values.duration(v));
        all.put("metrics.socket", (d, v) -> d.metricsSocket = Values.flag(v));
        all.put("metrics.listen", (d, v) -> d.metricsListen = Values.listen(v));
        all.put("kernel.act-on-unknown", (d, v) -> d.actOnUnknownKernel = Values.flag(v));
        all.put("policy.movable", (d, v) -> d.movable.addAll(Values.rules(v, Verdict.MOVABLE)));
        all.put("policy.never", (d, v) -> d.never.addAll(Values.rules(v, Verdict.NEVER)));
        all.put("policy.pins", (d, v) -> d.pins.addAll(Values.addresses(v)));
        return all;
    }

    static Result read(Path file, Path dropIns) {
        ConfigReader reader = new ConfigReader();
        for (Path path : reader.files(file, dropIns)) {
            reader.readFile(path);
        }
        reader.checkSettling(file);
        return reader.mistakes.isEmpty()
                ? new Loaded(reader.draft.config(), reader.origins)
                : new Mistakes(reader.mistakes);
    }

    private List<Path> files(Path file, Path dropIns) {
        TreeSet<Path> inOrder = new TreeSet<>();
        if (Files.exists(dropIns)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(dropIns, "*.toml")) {
                found.forEach(inOrder::add);
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
            Setter setter = SETTERS.get(key);
            if (value == null) {
                continue;
            }
            if (setter != null) {
                set(file, root, path, () -> setter.set(draft, value));
            } else if (key.equals("rule") && value instanceof TomlArray rules) {
                readRules(file, rules);
            } else if (value instanceof TomlTable section && isSection(key)) {
                readTable(file, root, section, path);
            } else {
                add(file, root.inputPositionOf(path), key, unknown(above));
            }
        }
    }

    private static boolean isSection(String key) {
        return SETTERS.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
    }

    private static String unknown(List<String> above) {
        String prefix = above.isEmpty() ? "" : String.join(".", above) + ".";
        List<String> known = new ArrayList<>(
                SETTERS.keySet().stream().filter(k -> k.startsWith(prefix)).toList());
        if (above.isEmpty()) {
            known.add("[[rule]]");
        }
        return "there is no such key here; known are " + String.join(", ", known);
    }

    private void readRules(Path file, TomlArray rules) {
        for (int i = 0; i < rules.size(); i++) {
            if (!(rules.get(i) instanceof TomlTable table)) {
                add(file, rules.inputPositionOf(i), "rule", "must be a section, written [[rule]]");
                continue;
            }
            int before = mistakes.size();
            RuleReader reader = new RuleReader();
            for (String name : table.keySet()) {
                Object value = table.get(List.of(name));
                if (value != null) {
                    set(file, table, List.of(name), () -> reader.set(name, value));
                }
            }
            if (mistakes.size() == before) {
                try {
                    draft.rules.add(reader.rule());
                } catch (BadValue e) {
                    add(file, rules.inputPositionOf(i), "rule", String.valueOf(e.getMessage()));
                }
            }
        }
    }

    /** Something that takes a value. */
    private interface Taking {
        void take() throws BadValue;
    }

    private void set(Path file, TomlTable table, List<String> path, Taking taking) {
        String key = String.join(".", path);
        TomlPosition position = table.inputPositionOf(path);
        try {
            taking.take();
            origins.put(key, file + (position == null ? "" : ":" + position.line()));
        } catch (BadValue e) {
            add(file, position, key, String.valueOf(e.getMessage()));
        }
    }

    private void checkSettling(Path file) {
        if (draft.settleLongestMicros < draft.settleQuietMicros) {
            String where =
                    origins.getOrDefault("settle.longest", origins.getOrDefault("settle.quiet", file.toString()));
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
