package io.barkeeper.lab;

import java.nio.file.Path;

/**
 * A Debian kernel in the cache.
 *
 * @param series what was asked for, {@code 6.1}
 * @param release what {@code uname -r} says, {@code 6.1.0-50-amd64}
 * @param directory the folder with the package files and {@code vmlinuz}
 */
public record KernelImage(String series, String release, Path directory) {
    /** The bootable image. */
    public Path vmlinuz() {
        return directory.resolve("vmlinuz");
    }

    @Override
    public String toString() {
        return release;
    }
}
