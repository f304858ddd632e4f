package io.barkeeper.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A guest's PCI view as a tree of files, {@code sys}, {@code proc} and {@code dmesg}, packed as {@code .tar.gz}. */
public final class CapturedTree {
    private CapturedTree() {}

    /** Takes the tree of a running guest and writes it to the file. */
    public static void save(GuestShell shell, Path file) throws IOException {
        try (InputStream script = CapturedTree.class.getResourceAsStream("capture.sh")) {
            if (script == null) {
                throw new LabException("The class path lacks capture.sh");
            }
            shell.output(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, shell.file("/tmp/capture.tar.gz"));
    }
}
