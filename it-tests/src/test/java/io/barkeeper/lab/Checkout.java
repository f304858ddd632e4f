package io.barkeeper.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of the checkout whose tests run. */
public final class Checkout {

    private Checkout() {}

    /** The root: the folder above the module whose tests run. */
    public static Path root() {
        Path module = Path.of(System.getProperty("basedir", "it-tests"))
                .toAbsolutePath()
                .normalize();
        Path root = module.getParent();
        return root == null ? module : root;
    }

    /** The package that was built last. */
    public static Path debianPackage() {
        Path folder = root().resolve("systemd/target");
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(f -> f.getFileName().toString().matches("barkeeper_.*_all\\.deb"))
                    .toList();
            if (found.size() == 1) {
                return found.get(0);
            }
            throw new LabException(folder + " holds " + found.size() + " packages, not one; run scripts/build");
        } catch (IOException e) {
            throw new LabException("There is no package; run scripts/build", e);
        }
    }
}
