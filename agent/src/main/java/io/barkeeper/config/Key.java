package io.barkeeper.config;

import io.barkeeper.policy.PolicyRules.Verdict;
import java.util.List;
import java.util.stream.Collectors;
import org.tomlj.TomlArray;

/**
 * A key that a file may set.
 *
 * @param name with dots
 * @param standard the default as TOML writes it
 * @param adds a later file adds to an earlier one; otherwise it replaces the value
 * @param setter takes a value into a draft
 */
record Key(String name, String standard, boolean adds, Setter setter) {

    /** Takes a value into the draft. */
    interface Setter {
        void set(Draft draft, Object value) throws BadValue;
    }

    /** Every key, in the order in which people read them. */
    static final List<Key> ALL = List.of(
            new Key("mode", "\"observe\"", false, (d, v) -> d.mode = Values.mode(v)),
            new Key("settle.quiet", "\"500ms\"", false, (d, v) -> d.settleQuietMicros = Values.duration(v)),
            new Key("settle.longest", "\"5s\"", false, (d, v) -> d.settleLongestMicros = Values.duration(v)),
            new Key("metrics.socket", "true", false, (d, v) -> d.metricsSocket = Values.flag(v)),
            new Key("metrics.listen", "\"127.0.0.1:9826\"", false, (d, v) -> d.metricsListen = Values.listen(v)),
            new Key("kernel.act-on-unknown", "false", false, (d, v) -> d.actOnUnknownKernel = Values.flag(v)),
            new Key("kernel.allow-hung-task-panic", "false", false, (d, v) -> d.allowHungTaskPanic = Values.flag(v)),
            new Key("policy.never", "[]", true, (d, v) -> d.never.addAll(Values.rules(v, Verdict.NEVER))),
            new Key("policy.movable", "[]", true, (d, v) -> d.movable.addAll(Values.rules(v, Verdict.MOVABLE))),
            new Key("policy.pins", "[]", true, (d, v) -> d.pins.addAll(Values.addresses(v))));

    /** A value as TOML writes it, on one line. */
    static String text(Object value) {
        if (value instanceof TomlArray array) {
            return array.toList().stream().map(Key::text).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof String ? "\"" + value + "\"" : value.toString();
    }
}
