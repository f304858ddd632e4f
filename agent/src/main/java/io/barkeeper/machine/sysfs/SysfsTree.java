package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.AttributeFile;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.pci.ConfigSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    private final Path sysfs;
    private final Witness witness;

    SysfsTree(Path root) {
        this(root, Witness.NOBODY);
    }

    /** @param witness is told of everything that is read */
    SysfsTree(Path root, Witness witness) {
        this.root = root;
        this.sysfs = root.resolve("sys");
        this.witness = witness;
    }

    /** The reading starts anew. */
    void restart() {
        witness.restart();
    }

    private byte[] read(Path file, int most) throws ErrnoException {
        try {
            byte[] content = file.startsWith(sysfs)
                    ? AttributeFile.readAttribute(file, most)
                    : AttributeFile.readBytes(file, most);
            witness.file(file, content);
            return content;
        } catch (ErrnoException e) {
            witness.refused(file, e);
            throw e;
        }
    }

    private String read(Path file) throws ErrnoException {
        byte[] content = read(file, AttributeFile.READ_LIMIT + 1);
        if (content.length > AttributeFile.READ_LIMIT) {
            throw new ErrnoException(Errno.EFBIG, "read", file.toString());
        }
        return new String(content, StandardCharsets.UTF_8);
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
            return Optional.of(read(file).strip());
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    /** The text as it is, and the reason when it cannot be read. */
    String whole(Path file) throws ErrnoException {
        return read(file);
    }

    /**
     * The text of an attribute that every function has.
     *
     * @throws VanishedException when it is gone, or its device no longer answers
     * @throws ErrnoException when it is there and cannot be read
     */
    String required(Path file) throws VanishedException, ErrnoException {
        try {
            return read(file).strip();
        } catch (ErrnoException e) {
            throw vanishedOr(e, file);
        }
    }

    /** The first bytes of a file that every function has; errors as in {@link #required}. */
    byte[] bytes(Path file, int most) throws VanishedException, ErrnoException {
        try {
            return read(file, most);
        } catch (ErrnoException e) {
            throw vanishedOr(e, file);
        }
    }

    /**
     * The configuration space of a function, as much as is shown; errors as in {@link #required}. On the running machine
     * only what topologies are made of, unless somebody wants to see all.
     */
    byte[] config(Path file) throws VanishedException, ErrnoException {
        if (!isLive() || witness != Witness.NOBODY) {
            return bytes(file, ConfigSpace.Visibility.EXTENDED.length());
        }
        try {
            return ConfigReader.read(file, ConfigReader.TOPOLOGY);
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
        witness.directory(directory, names);
        return names;
    }

    /** Where a symbolic link points to; empty when it is none. */
    Optional<Path> target(Path link) {
        try {
            Path target = Files.readSymbolicLink(link);
            witness.link(link, target);
            return Optional.of(target);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** The last name of a link's target, as of {@code driver}; empty when there is no link. */
    Optional<String> targetName(Path link) {
        return target(link).map(Path::getFileName).map(Path::toString);
    }

    boolean exists(Path path) {
        boolean exists = Files.exists(path);
        if (exists) {
            witness.present(path);
        }
        return exists;
    }
}
