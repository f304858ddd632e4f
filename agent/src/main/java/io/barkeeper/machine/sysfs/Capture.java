package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.MachineException;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.KernelLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A copy of all that {@link SysfsReader} reads of a machine, so that it can be read again elsewhere: no list of files is
 * kept here that could fall behind the reader. Names lead through symbolic links ({@code sys/bus/pci/devices/X} is one),
 * so each file is stored where it really is, and each link on the way as a link.
 */
public final class Capture implements Witness {

    /** One thing of a captured tree, by its path below the root. */
    public sealed interface Item {}

    /** A directory. */
    public record Directory() implements Item {}

    /** A symbolic link. */
    public record Link(String target) implements Item {}

    /** A file with what it held; the array is not copied. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Content(byte[] bytes) implements Item {}

    /**
     * What was captured.
     *
     * @param items by path below the root, each directory before what is in it
     * @param seen the machine, as read on the way
     * @param refused what could not be read, each one sentence for an operator
     */
    public record Result(SortedMap<String, Item> items, Observation seen, List<String> refused) {}

    private static final Set<Integer> NOT_THERE = Set.of(Errno.ENOENT, Errno.ENODEV, Errno.ENXIO, Errno.EINVAL);

    private final Path root;
    private final Path realRoot;
    private final TreeMap<String, Item> items = new TreeMap<>();
    private final Set<String> refused = new LinkedHashSet<>();

    private Capture(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        this.realRoot = root.toRealPath();
    }

    /**
     * Reads the machine below a root once and keeps what was read.
     *
     * @throws MachineException as {@link SysfsReader}
     * @throws IOException when the root is not there
     */
    public static Result of(Path root) throws MachineException, IOException {
        Capture capture = new Capture(root);
        SysfsTree tree = new SysfsTree(capture.root, capture);
        try (SysfsReader reader = SysfsReader.open(tree)) {
            Observation seen = reader.read(Optional.empty());
            tree.text(tree.path("sys/kernel/security/lockdown"));
            if (tree.isLive()) {
                capture.log();
            }
            return new Result(capture.items, seen, new ArrayList<>(capture.refused));
        }
    }

    private void log() {
        try {
            String text = String.join("\n", KernelLog.read()) + "\n";
            items.put("dmesg", new Content(text.getBytes(StandardCharsets.UTF_8)));
        } catch (ErrnoException e) {
            refused.add("the kernel log: " + e.getMessage());
        }
    }

    @Override
    public void restart() {
        items.clear();
        refused.clear();
    }

    @Override
    public void file(Path file, byte[] content) {
        place(file).ifPresent(p -> items.put(p, new Content(content)));
    }

    @Override
    public void refused(Path file, ErrnoException why) {
        if (!NOT_THERE.contains(why.errno())) {
            refused.add(why.getMessage());
        }
    }

    @Override
    public void link(Path link, Path target) {
        Optional.ofNullable(link.getParent())
                .flatMap(this::place)
                .ifPresent(p -> items.put(below(p, link), new Link(target.toString())));
    }

    @Override
    public void directory(Path directory, List<String> names) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        place(directory).ifPresent(p -> {
            items.putIfAbsent(p, new Directory());
            for (String name : names) {
                Path entry = directory.resolve(name);
                try {
                    if (Files.isSymbolicLink(entry)) {
                        link(entry, Files.readSymbolicLink(entry));
                    } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                        items.putIfAbsent(p.isEmpty() ? name : p + "/" + name, new Directory());
                    }
                } catch (IOException e) {
                    refused.add(entry + ": " + e.getMessage());
                }
            }
        });
    }

    @Override
    public void present(Path path) {
        Item item = Files.isDirectory(path) ? new Directory() : new Content(new byte[0]);
        place(path).ifPresent(p -> items.putIfAbsent(p, item));
    }

    private static String below(String directory, Path entry) {
        return directory.isEmpty() ? String.valueOf(entry.getFileName()) : directory + "/" + entry.getFileName();
    }

    /** Where something really is, below the root; the links that lead there are stored on the way. */
    private Optional<String> place(Path path) {
        Path at = root;
        try {
            for (Path name : root.relativize(path)) {
                Path next = at.resolve(name);
                if (Files.isSymbolicLink(next) && !next.equals(path)) {
                    Path directory = at.toRealPath();
                    String stored = realRoot.relativize(directory).resolve(name).toString();
                    items.put(stored, new Link(Files.readSymbolicLink(next).toString()));
                }
                at = next;
            }
            Path real = path.toRealPath();
            if (!real.startsWith(realRoot)) {
                return Optional.empty();
            }
            if (Files.isSymbolicLink(path)) {
                link(path, Files.readSymbolicLink(path));
            }
            return Optional.of(realRoot.relativize(real).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
