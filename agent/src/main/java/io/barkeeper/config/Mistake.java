package io.barkeeper.config;

/**
 * Something wrong in a configuration file.
 *
 * @param file as it was opened
 * @param line from 1; 0 when the file as a whole is meant
 * @param column from 1; 0 when the file as a whole is meant
 * @param key the dotted key, empty when there is none
 * @param why what is wrong and what is right, without a full stop
 */
public record Mistake(String file, int line, int column, String key, String why) {

    /** {@code file:line:column: key: why}, as compilers write it, so that editors jump there. */
    @Override
    public String toString() {
        String where = line == 0 ? file : file + ":" + line + ":" + column;
        return where + ": " + (key.isEmpty() ? "" : key + ": ") + why;
    }
}
