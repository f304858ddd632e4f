package io.barkeeper.config;

/**
 * One value of the configuration as it counts, and where it comes from.
 *
 * @param key the dotted key; {@code rule} for a {@code [[rule]]}, {@code reserve} for a {@code [[reserve]]}
 * @param value as TOML writes it; a rule as {@code match = movable} or {@code match = never}
 * @param origin {@code file:line}, or {@link #DEFAULT}
 */
public record Setting(String key, String value, String origin) {

    /** The origin of a value that no file sets. */
    public static final String DEFAULT = "default";
}
