package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.machine.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file that an option names. A reader finds the old contents or the new, never a part; what is no ordinary file, such
 * as a pipe, is written to as it is.
 */
final class OutputFile {

    private OutputFile() {}

    /** @throws Problem {@code BK-OUTPUT} when it cannot be written */
    static void write(Path file, JsonObject document) throws Problem {
        write(file, Console.document(document));
    }

    /** @throws Problem {@code BK-OUTPUT} when it cannot be written */
    static void write(Path file, String text) throws Problem {
        try {
            boolean exists = Files.exists(file);
            Path target = exists ? file.toRealPath() : file.toAbsolutePath();
            if (exists && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.writeString(target, text, StandardOpenOption.WRITE);
            } else {
                replace(target, text);
            }
        } catch (IOException e) {
            throw new Problem(
                    "BK-OUTPUT",
                    ExitCode.UNEXPECTED,
                    "cannot write " + file + ": " + FileTrouble.of(e),
                    "name a file in a directory where you may write");
        }
    }

    private static void replace(Path target, String text) throws IOException {
        Path fresh = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".new");
        try {
            Files.writeString(fresh, text);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
