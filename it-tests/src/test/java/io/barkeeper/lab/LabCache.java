package io.barkeeper.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder outside the tree in which downloads and built images stay: {@code $BARKEEPER_CACHE}, else
 * {@code $XDG_CACHE_HOME/barkeeper}, else {@code ~/.cache/barkeeper}.
 *
 * <p>An entry is made in a folder of its own and appears under its name by one rename, so a broken download is never taken
 * for a whole one. A lock file lets one process make an entry while others wait for it.
 */
final class LabCache {
    /** What makes an entry's contents. */
    @FunctionalInterface
    interface Recipe {
        void fill(Path directory) throws IOException;
    }

    private static final Object WITHIN_THIS_PROCESS = new Object();

    private final Path root;

    private LabCache(Path root) {
        this.root = root;
    }

    static LabCache ofThisMachine() {
        String own = System.getenv("BARKEEPER_CACHE");
        if (own != null && !own.isEmpty()) {
            return new LabCache(Path.of(own).toAbsolutePath().resolve("kernels"));
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base =
                xdg != null && !xdg.isEmpty() ? Path.of(xdg) : Path.of(System.getProperty("user.home", "/"), ".cache");
        return new LabCache(base.toAbsolutePath().resolve("barkeeper").resolve("kernels"));
    }

    /** The entry's folder if it is there and whole. */
    Optional<Path> find(String name) {
        Path entry = root.resolve(name);
        return Files.isDirectory(entry) ? Optional.of(entry) : Optional.empty();
    }

    /** Names of whole entries that start so. */
    List<String> namesStartingWith(String prefix) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the action while no other process of this user does the same for this name. */
    <T> T locked(String name, java.util.function.Supplier<T> action) {
        synchronized (WITHIN_THIS_PROCESS) {
            try {
                Files.createDirectories(root);
                try (FileChannel channel = FileChannel.open(
                                root.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (!lock.isValid()) {
                        throw new LabException("Lost the lock " + name + " in " + root);
                    }
                    return action.get();
                }
            } catch (IOException e) {
                throw new LabException(
                        "Cannot use the cache " + root + "; set BARKEEPER_CACHE to a writable folder", e);
            }
        }
    }

    /** Makes the entry unless it is there. Call it under {@link #locked}. */
    Path entry(String name, Recipe recipe) {
        Optional<Path> present = find(name);
        if (present.isPresent()) {
            return present.get();
        }
        Path fresh = null;
        try {
            fresh = scratch();
            recipe.fill(fresh);
            Path entry = root.resolve(name);
            Files.move(fresh, entry, StandardCopyOption.ATOMIC_MOVE);
            return entry;
        } catch (IOException e) {
            throw new LabException("Cannot fill " + root.resolve(name), e);
        } finally {
            deleteTree(fresh);
        }
    }

    /** A new empty folder on the cache's file system. Its name starts with a dot, so no entry is mistaken for it. */
    Path scratch() throws IOException {
        Files.createDirectories(root);
        return Files.createTempDirectory(root, ".fresh-");
    }

    static void deleteTree(@org.jspecify.annotations.Nullable Path directory) {
        if (directory == null || !Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
