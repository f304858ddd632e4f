package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.machine.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that {@code -o} names. */
final class OutputFile {

    private OutputFile() {}

    /** @throws Problem {@code BK-OUTPUT} when it cannot be written */
    static void write(Path file, JsonObject document) throws Problem {
        try {
            Files.writeString(file, Console.document(document));
        } catch (IOException e) {
            throw new Problem(
                    "BK-OUTPUT",
                    ExitCode.UNEXPECTED,
                    "cannot write " + file + ": " + FileTrouble.of(e),
                    "name a file in a directory where you may write");
        }
    }
}
