package io.barkeeper.journal;

import com.google.gson.JsonParseException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The form of a line: {@code BK1 LENGTH CRC32C JSON}, the length in bytes as a decimal number, the checksum over the
 * bytes of the JSON text as eight hex digits.
 */
final class Line {

    private static final String MAGIC = "BK1";

    private Line() {}

    /** What a line holds. */
    sealed interface Content {}

    /** A whole record. */
    record Whole(Entry entry) implements Content {}

    /** Bytes that are no record. */
    record Broken(String why) implements Content {}

    /** The line for an entry, with the newline at its end. */
    static byte[] write(Entry entry) {
        byte[] json = EntryJson.write(entry).getBytes(StandardCharsets.UTF_8);
        byte[] head =
                String.format("%s %d %08x ", MAGIC, json.length, checksum(json)).getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[head.length + json.length + 1];
        System.arraycopy(head, 0, line, 0, head.length);
        System.arraycopy(json, 0, line, head.length, json.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** Reads one line, without its newline. */
    static Content read(byte[] line) {
        String[] parts = new String(line, StandardCharsets.ISO_8859_1).split(" ", 4);
        if (parts.length < 4 || !parts[0].equals(MAGIC) || !parts[1].matches("[0-9]{1,9}")) {
            return new Broken("no record of a journal (it does not begin with '" + MAGIC + " LENGTH CHECKSUM')");
        }
        byte[] json = parts[3].getBytes(StandardCharsets.ISO_8859_1);
        if (json.length != Integer.parseInt(parts[1])) {
            return new Broken("holds " + json.length + " of " + parts[1] + " bytes");
        }
        String found = String.format("%08x", checksum(json));
        if (!found.equals(parts[2])) {
            return new Broken("its checksum is " + found + ", not " + parts[2]);
        }
        try {
            return new Whole(EntryJson.read(new String(json, StandardCharsets.UTF_8)));
        } catch (JsonParseException e) {
            return new Broken(String.valueOf(e.getMessage()));
        }
    }

    private static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }
}
