package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.AttributeFile;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads below a root: {@code /}, or a captured tree. What is missing and what has vanished are told apart: a file that
 * every function has is missing only when the function is gone.
 */
final class SysfsTree {

    private final Path root;

    SysfsTree(Path root) {
        this.root = root;
    }

    /** True when this is the running machine and not a copy of one. */
    boolean isLive() {
        return root.toAbsolutePath().normalize().equals(Path.of("/"));
    }

    Path root() {
        return root;
    }

    /** A path below the root, given as on a machine: {@code sys/bus/pci}. */
    Path path(String below) {
        return root.resolve(below);
    }

    /** The text of a file without blanks around it; empty when it cannot be read for whatever reason. */
    Optional<String> text(Path file) {
        try {
            return Optional.of(AttributeFile.read(file).strip());
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    /** The text as it is, and the reason when it cannot be read. */
    String whole(Path file) throws ErrnoException {
        return AttributeFile.read(file);
    }

    /**
     * The text of an attribute that every function has.
     *
     * @throws VanishedException when it is gone, or its device no longer answers
     * @throws ErrnoException when it is there and cannot be read
     */
    String required(Path file) throws VanishedException, ErrnoException {
        try {
            return AttributeFile.read(file).strip();
        } catch (ErrnoException e) {
            throw vanishedOr(e, file);
        }
    }

    /** The first bytes of a file that every function has; errors as in {@link #required}. */
    byte[] bytes(Path file, int most) throws VanishedException, ErrnoException {
        try {
            return AttributeFile.readBytes(file, most);
        } catch (ErrnoException e) {
            throw vanishedOr(e, file);
        }
    }

    private static ErrnoException vanishedOr(ErrnoException e, Path file) throws VanishedException {
        switch (e.errno()) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO, Errno.EIO ->
                throw new VanishedException(file + " (" + e.errnoName() + ")");
            default -> {
                return e;
            }
        }
    }

    /** The names in a directory in ascending order; none when it is not there or cannot be read. */
    List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(e -> names.add(e.getFileName().toString()));
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return List.of();
        }
        Collections.sort(names);
        return names;
    }

    /** Where a symbolic link points to; empty when it is none. */
    Optional<Path> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** The last name of a link's target, as of {@code driver}; empty when there is no link. */
    Optional<String> targetName(Path link) {
        return target(link).map(Path::getFileName).map(Path::toString);
    }

    boolean exists(Path path) {
        return Files.exists(path);
    }
}
