package io.barkeeper.snapshot.paste;

/**
 * One line of a paste.
 *
 * @param source the name of the file that it stands in
 * @param number counted from 1
 * @param text without the marks of a quotation
 */
record PasteLine(String source, int number, String text) {

    /** For messages: {@code paste.txt:12}. */
    String place() {
        return source + ":" + number;
    }
}
