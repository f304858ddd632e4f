package io.barkeeper.nativeshim;

import com.sun.jna.LastErrorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Files of sysfs and procfs, where one write(2) is one command to the kernel and the error number is its answer.
 *
 * <p>Every call opens the file, works on it and closes it. Nothing is created or truncated, so a missing attribute
 * fails with {@link Errno#ENOENT}. A read or write may sleep for as long as the kernel takes; a write to {@code remove}
 * or {@code unbind} can take minutes, and no signal ends it.
 */
public final class AttributeFile {
    /** The most bytes that {@link #read} takes; attributes of sysfs end at one page, files of procfs may be longer. */
    public static final int READ_LIMIT = 16 << 20;

    private static final int CHUNK = 4096;

    private AttributeFile() {}

    /**
     * The whole text, as UTF-8, as the kernel gives it: with the newline at its end where there is one.
     *
     * @throws ErrnoException when the kernel refuses, or with {@link Errno#EFBIG} above {@link #READ_LIMIT} bytes
     */
    public static String read(Path path) throws ErrnoException {
        byte[] bytes = readBytes(path, READ_LIMIT + 1);
        if (bytes.length > READ_LIMIT) {
            throw new ErrnoException(Errno.EFBIG, "read", path.toString());
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * The first bytes of the file, read until its end or until {@code max} bytes are there.
     *
     * @param max the most bytes to return, not negative
     * @throws ErrnoException when the kernel refuses
     */
    public static byte[] readBytes(Path path, int max) throws ErrnoException {
        if (max < 0) {
            throw new IllegalArgumentException("a negative number of bytes: " + max);
        }
        byte[] content = new byte[0];
        byte[] chunk = new byte[Math.min(max, CHUNK)];
        try (Fd fd = Fd.open(path, Abi.O_RDONLY)) {
            int total = 0;
            while (total < max) {
                int count = fd.read(chunk);
                if (count == 0) {
                    break;
                }
                int taken = Math.min(count, max - total);
                if (total + taken > content.length) {
                    content = Arrays.copyOf(content, Math.max(total + taken, 2 * content.length));
                }
                System.arraycopy(chunk, 0, content, total, taken);
                total += taken;
            }
            return Arrays.copyOf(content, total);
        }
    }

    /**
     * The whole content of an attribute of sysfs. It fits a page, and the kernel gives all of it to one read(2) that has
     * room for it (kernfs_seq_show); what is longer, as a regular file may be, is read until its end.
     *
     * @throws ErrnoException when the kernel refuses
     */
    public static byte[] readAttribute(Path path, int max) throws ErrnoException {
        byte[] chunk = new byte[CHUNK];
        int count;
        try (Fd fd = Fd.open(path, Abi.O_RDONLY)) {
            count = fd.read(chunk);
        }
        return count < CHUNK ? Arrays.copyOf(chunk, Math.min(count, max)) : readBytes(path, max);
    }

    /**
     * Writes a value by a single write(2), and never a second time: not after a part was taken, not after a signal.
     *
     * @throws ErrnoException with the kernel's answer; {@link Errno#EIO} when it took only a part of the value
     */
    public static void write(Path path, String value) throws ErrnoException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        try (Fd fd = Fd.open(path, Abi.O_WRONLY)) {
            long taken;
            try {
                taken = LibC.write(fd.number(), bytes, bytes.length);
            } catch (LastErrorException e) {
                throw fd.failed("write", e);
            }
            requireWhole("write", path, taken, bytes.length);
        }
    }

    /**
     * Reads at an offset by a single pread(2).
     *
     * @param offset of the first byte, from 0
     * @param length the number of bytes wanted, not negative
     * @return what was read; shorter than {@code length} at the end of the file, which for {@code config} is byte 64
     *     without {@code CAP_SYS_ADMIN}
     * @throws ErrnoException when the kernel refuses
     */
    public static byte[] pread(Path path, long offset, int length) throws ErrnoException {
        try (OpenAttribute file = OpenAttribute.of(path)) {
            return file.pread(offset, length);
        }
    }

    /**
     * Writes at an offset by a single pwrite(2). The kernel turns an aligned write to {@code config} of one, two or four
     * bytes into one access of that width.
     *
     * @param offset of the first byte, from 0
     * @throws ErrnoException with the kernel's answer; {@link Errno#EIO} when it took only a part
     */
    public static void pwrite(Path path, long offset, byte[] bytes) throws ErrnoException {
        try (Fd fd = Fd.open(path, Abi.O_WRONLY)) {
            long taken;
            try {
                taken = LibC.pwrite(fd.number(), bytes, bytes.length, offset);
            } catch (LastErrorException e) {
                throw fd.failed("pwrite", e);
            }
            requireWhole("pwrite", path, taken, bytes.length);
        }
    }

    private static void requireWhole(String operation, Path path, long taken, int length) throws ErrnoException {
        if (taken != length) {
            String what = operation + " (" + taken + " of " + length + " bytes taken)";
            throw new ErrnoException(Errno.EIO, what, path.toString());
        }
    }
}
