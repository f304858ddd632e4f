package io.barkeeper.control;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Bytes that came, taken out line by line. No byte is looked for or moved more than a few times, however many lines wait. */
final class LineBuffer {

    private static final int USUAL = 4096;

    private byte[] bytes = new byte[USUAL];
    private int begin;
    private int end;
    /** Before this there is no end of a line. */
    private int seen;

    void append(ByteBuffer more) {
        int count = more.remaining();
        if (bytes.length - end < count) {
            makeRoom(count);
        }
        more.get(bytes, end, count);
        end += count;
    }

    private void makeRoom(int count) {
        int size = size();
        byte[] target = size + count <= bytes.length / 2 ? bytes : new byte[Math.max(USUAL, 2 * (size + count))];
        System.arraycopy(bytes, begin, target, 0, size);
        bytes = target;
        seen -= begin;
        begin = 0;
        end = size;
    }

    /** Bytes that wait. */
    int size() {
        return end - begin;
    }

    /** The next complete line, without its end. */
    Optional<String> next() {
        while (seen < end) {
            if (bytes[seen++] == '\n') {
                String line = new String(bytes, begin, seen - 1 - begin, StandardCharsets.UTF_8);
                begin = seen;
                if (begin == end) {
                    empty();
                }
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    private void empty() {
        begin = 0;
        end = 0;
        seen = 0;
        if (bytes.length > USUAL) {
            bytes = Arrays.copyOf(bytes, USUAL);
        }
    }
}
