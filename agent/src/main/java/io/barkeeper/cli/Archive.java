package io.barkeeper.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a {@code .tar.gz}: ustar headers (POSIX 1003.1-1988), with the GNU extension for names and targets of links of
 * more than 100 bytes, which GNU tar, bsdtar and busybox read.
 */
final class Archive implements AutoCloseable {

    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 100;
    private static final char FILE = '0';
    private static final char LINK = '2';
    private static final char DIRECTORY = '5';
    private static final char LONG_NAME = 'L';
    private static final char LONG_TARGET = 'K';

    private final OutputStream out;
    private final long time;

    /** @param time of everything in it, seconds since 1970 */
    Archive(OutputStream file, long time) throws IOException {
        this.out = new GZIPOutputStream(file);
        this.time = time;
    }

    void directory(String name) throws IOException {
        entry(name + "/", DIRECTORY, 0755, "", new byte[0]);
    }

    void link(String name, String target) throws IOException {
        entry(name, LINK, 0777, target, new byte[0]);
    }

    void file(String name, byte[] content) throws IOException {
        entry(name, FILE, 0644, "", content);
    }

    private void entry(String name, char type, int mode, String target, byte[] content) throws IOException {
        extend(target, LONG_TARGET);
        extend(name, LONG_NAME);
        header(name, type, mode, target, content.length);
        body(content);
    }

    private void extend(String text, char type) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_NAME) {
            header("././@LongLink", type, 0, "", bytes.length + 1);
            body(Arrays.copyOf(bytes, bytes.length + 1));
        }
    }

    private void header(String name, char type, int mode, String target, int size) throws IOException {
        byte[] block = new byte[BLOCK];
        put(block, 0, name, LONGEST_NAME);
        put(block, 100, octal(mode, 7), 8);
        put(block, 108, octal(0, 7), 8);
        put(block, 116, octal(0, 7), 8);
        put(block, 124, octal(size, 11), 12);
        put(block, 136, octal(time, 11), 12);
        put(block, 148, "        ", 8);
        block[156] = (byte) type;
        put(block, 157, target, LONGEST_NAME);
        put(block, 257, "ustar\00000", 8);
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, octal(sum, 6) + "\0 ", 8);
        out.write(block);
    }

    private void body(byte[] content) throws IOException {
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] block, int at, String text, int most) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, most));
    }

    private static String octal(long number, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "o", number);
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }
}
