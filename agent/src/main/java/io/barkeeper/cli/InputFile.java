package io.barkeeper.cli;

import io.barkeeper.machine.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A kind of text file that the command line names, {@code -} for standard input. What is larger than any of its kind, as
 * a device or a pipe without an end, is refused before the memory is gone.
 *
 * @param code the begin of the codes of its errors
 * @param kind in front of its name in messages, with a space after it, or empty
 * @param mebibytes how large one may be
 * @param smaller what to try with one that is larger
 */
record InputFile(String code, String kind, int mebibytes, String smaller) {

    /** Each function takes about a kilobyte, so this has room for more of them than a machine has. */
    static final InputFile SNAPSHOT = new InputFile(
            "BK-SNAPSHOT",
            "the snapshot ",
            32,
            "make one with 'barkeeper snapshot -o FILE': it takes 1 KiB a function");

    /** How a file is called in messages. */
    static String name(String file) {
        return file.equals("-") ? "standard input" : file;
    }

    String text(Console console, String file) throws Problem {
        try (InputStream in = file.equals("-") ? console.in() : Files.newInputStream(Path.of(file))) {
            int most = mebibytes << 20;
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new Problem(
                        code + "-TOO-LARGE",
                        ExitCode.UNEXPECTED,
                        kind + name(file) + " has more than " + mebibytes + " MiB",
                        smaller);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(file, FileTrouble.of(e));
        } catch (InvalidPathException e) {
            throw unreadable(file, String.valueOf(e.getMessage()));
        }
    }

    private Problem unreadable(String file, String why) {
        return new Problem(
                code + "-UNREADABLE",
                ExitCode.UNEXPECTED,
                kind + name(file) + " cannot be read: " + why,
                "name a file, or - for standard input");
    }
}
