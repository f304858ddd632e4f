package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.ErrnoException;
import java.nio.file.Path;
import java.util.List;

/** Is told of everything that a reader touches. */
interface Witness {

    Witness NOBODY = new Witness() {};

    /** What was told so far counts no more: the machine changed while it was read. */
    default void restart() {}

    default void file(Path file, byte[] content) {}

    default void refused(Path file, ErrnoException why) {}

    default void link(Path link, Path target) {}

    default void directory(Path directory, List<String> names) {}

    /** Something was only asked for. */
    default void present(Path path) {}
}
