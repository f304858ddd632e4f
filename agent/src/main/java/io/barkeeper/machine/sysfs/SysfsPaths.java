package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.AttributeFile;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.pci.PciAddress;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where things are below a root. Reading what is not there gives an empty answer. */
record SysfsPaths(Path root) {

    Path bus() {
        return root.resolve("sys/bus/pci");
    }

    Path device(PciAddress address) {
        return bus().resolve("devices").resolve(address.toString());
    }

    Path driver(String name) {
        return bus().resolve("drivers").resolve(name);
    }

    Path express() {
        return root.resolve("sys/bus/pci_express");
    }

    Path proc() {
        return root.resolve("proc");
    }

    Path node(String name) {
        return root.resolve("dev").resolve(name);
    }

    Optional<String> driverOf(PciAddress address) {
        return linkName(device(address).resolve("driver"));
    }

    /** The last component of what a symbolic link points to. */
    static Optional<String> linkName(Path link) {
        try {
            return Optional.ofNullable(Files.readSymbolicLink(link).getFileName())
                    .map(Path::toString);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** An attribute without white space around it. */
    static Optional<String> text(Path attribute) {
        try {
            return Optional.of(AttributeFile.read(attribute).strip());
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    /** What a directory holds, by name; nothing when it cannot be read. */
    static List<Path> entries(Path dir) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir)) {
            stream.forEach(entries::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return List.of();
        }
        entries.sort(Comparator.comparing(SysfsPaths::name));
        return entries;
    }

    static String name(Path path) {
        Path last = path.getFileName();
        return last == null ? "" : last.toString();
    }
}
