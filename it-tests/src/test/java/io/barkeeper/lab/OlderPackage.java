package io.barkeeper.lab;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A built package under a lower version, for a machine that has it already when the one that was built comes. */
public final class OlderPackage implements Closeable {
    private final Path folder;

    private OlderPackage(Path folder) {
        this.folder = folder;
    }

    public static OlderPackage of(Path built, String version) {
        try {
            Path folder = Files.createTempDirectory("barkeeper-package");
            Path tree = folder.resolve("tree");
            Tool.DPKG_DEB.run(folder, List.of("-R", built.toString(), tree.toString()));
            Path control = tree.resolve("DEBIAN/control");
            Files.writeString(
                    control,
                    Files.readString(control, StandardCharsets.UTF_8)
                            .replaceAll("(?m)^Version: .*$", "Version: " + version),
                    StandardCharsets.UTF_8);
            Tool.DPKG_DEB.run(
                    folder, List.of("--root-owner-group", "-Zgzip", "-z1", "-b", tree.toString(), "older.deb"));
            LabCache.deleteTree(tree);
            return new OlderPackage(folder);
        } catch (IOException e) {
            throw new LabException("Cannot make an older package of " + built, e);
        }
    }

    public Path file() {
        return folder.resolve("older.deb");
    }

    @Override
    public void close() {
        LabCache.deleteTree(folder);
    }
}
