package io.barkeeper.lab;

import java.nio.file.Path;

/**
 * A Debian kernel in the cache.
 *
 * @param series what was asked for, {@code 6.1}, or {@code 6.12-arm64} for another architecture than amd64
 * @param release what {@code uname -r} says, {@code 6.1.0-50-amd64}
 * @param directory the folder with the package files and {@code vmlinuz}
 */
public record KernelImage(String series, String release, Path directory) {
    /** The bootable image. */
    public Path vmlinuz() {
        return directory.resolve("vmlinuz");
    }

    /** Whether it is for 64-bit ARM; else it is for amd64. */
    boolean arm64() {
        return release.endsWith("-arm64");
    }

    @Override
    public String toString() {
        return release;
    }
}
