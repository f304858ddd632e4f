package io.barkeeper.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Unpacks a captured tree (a ustar archive, compressed) from the test resources. */
public final class CapturedTree {

    private static final int BLOCK = 512;

    private CapturedTree() {}

    /** @param name of a resource without its ending, {@code switch-6.1-after} */
    public static Path unpack(String name, Path into) throws IOException {
        String resource = "/captures/" + name + ".tar.gz";
        try (InputStream stream = CapturedTree.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException("no resource " + resource);
            }
            unpack(new GZIPInputStream(stream), into);
        }
        return into;
    }

    /** Unpacks an archive that is not among the resources. */
    public static Path unpackFile(Path archive, Path into) throws IOException {
        try (InputStream stream = Files.newInputStream(archive)) {
            unpack(new GZIPInputStream(stream), into);
        }
        return into;
    }

    private static void unpack(InputStream tar, Path into) throws IOException {
        String longName = "";
        String longTarget = "";
        byte[] header = tar.readNBytes(BLOCK);
        while (header.length == BLOCK && header[0] != 0) {
            byte[] content = content(tar, Integer.parseInt(text(header, 124, 12).strip(), 8));
            String prefix = text(header, 345, 155);
            String stored = prefix.isEmpty() ? text(header, 0, 100) : prefix + "/" + text(header, 0, 100);
            char type = (char) header[156];
            if (type == 'L') {
                longName = text(content, 0, content.length);
            } else if (type == 'K') {
                longTarget = text(content, 0, content.length);
            } else {
                String target = longTarget.isEmpty() ? text(header, 157, 100) : longTarget;
                write(into.resolve(longName.isEmpty() ? stored : longName), type, content, target);
                longName = "";
                longTarget = "";
            }
            header = tar.readNBytes(BLOCK);
        }
    }

    private static void write(Path at, char type, byte[] content, String link) throws IOException {
        switch (type) {
            case '5' -> Files.createDirectories(at);
            case '2' -> {
                Files.createDirectories(at.getParent());
                Files.createSymbolicLink(at, Path.of(link));
            }
            case '0', '\0' -> {
                Files.createDirectories(at.getParent());
                Files.write(at, content);
            }
            default -> throw new IOException("entry of type " + type + " for " + at);
        }
    }

    private static byte[] content(InputStream tar, int size) throws IOException {
        byte[] content = tar.readNBytes(size);
        if (content.length != size) {
            throw new EOFException("the archive was cut off");
        }
        tar.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        return content;
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }
}
