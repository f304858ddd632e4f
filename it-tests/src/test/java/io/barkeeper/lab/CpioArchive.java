package io.barkeeper.lab;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a cpio archive in the "newc" form that the kernel unpacks as its initramfs (Documentation/driver-api/early-userspace/
 * buffer-format.rst). All entries belong to root, and their times are 0, so equal contents give equal bytes.
 */
final class CpioArchive implements Closeable {
    private static final int DIRECTORY = 0040755;
    private static final int EXECUTABLE = 0100755;
    private static final int SYMBOLIC_LINK = 0120777;
    private static final int CHARACTER_DEVICE = 0020600;

    private final OutputStream out;
    private int inode;

    CpioArchive(OutputStream out) {
        this.out = out;
    }

    void directory(String name) throws IOException {
        entry(name, DIRECTORY, new byte[0], 0, 0);
    }

    void executable(String name, byte[] contents) throws IOException {
        entry(name, EXECUTABLE, contents, 0, 0);
    }

    void symbolicLink(String name, String target) throws IOException {
        entry(name, SYMBOLIC_LINK, target.getBytes(StandardCharsets.UTF_8), 0, 0);
    }

    void characterDevice(String name, int major, int minor) throws IOException {
        entry(name, CHARACTER_DEVICE, new byte[0], major, minor);
    }

    @Override
    public void close() throws IOException {
        entry("TRAILER!!!", 0, new byte[0], 0, 0);
        out.close();
    }

    private void entry(String name, int mode, byte[] contents, int major, int minor) throws IOException {
        inode++;
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        String fields = "070701"
                + "%08X%08X%08X%08X%08X%08X".formatted(inode, mode, 0, 0, 1, 0)
                + "%08X%08X%08X%08X%08X%08X%08X".formatted(contents.length, 0, 0, major, minor, path.length + 1, 0);
        header.write(fields.getBytes(StandardCharsets.US_ASCII));
        header.write(path);
        header.write(0);
        padTo4(header, header.size());
        out.write(header.toByteArray());
        out.write(contents);
        padTo4(out, contents.length);
    }

    private static void padTo4(OutputStream stream, int written) throws IOException {
        stream.write(new byte[(4 - written % 4) % 4]);
    }
}
