package io.barkeeper.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small Debian root file system as a tar file, made with mmdebstrap from the archive that apt already uses, once, and kept in
 * the cache. It holds that archive's address, so it never leaves this machine.
 */
public final class DebianTree {
    private static final LabCache CACHE = LabCache.ofThisMachine();

    private DebianTree() {}

    /** Whether such a tree can be made here. */
    public static boolean canBeMade() {
        return Tool.MMDEBSTRAP.isInstalled();
    }

    /**
     * The tar file of a tree.
     *
     * @param suite {@code bookworm}
     * @param packages what it holds beyond the essential packages and apt
     */
    public static Path tar(String suite, List<String> packages) {
        String name = "debian-" + suite + "-" + Integer.toHexString(packages.hashCode());
        return CACHE.locked(name, () -> CACHE.entry(name, fresh -> make(suite, packages, fresh)))
                .resolve("root.tar");
    }

    private static void make(String suite, List<String> packages, Path folder) throws IOException {
        Path sources = folder.resolve("sources.list");
        Files.writeString(sources, DebianSuite.sources(suite), StandardCharsets.UTF_8);
        List<String> arguments = new ArrayList<>(List.of("--variant=minbase"));
        if (!packages.isEmpty()) {
            arguments.add("--include=" + String.join(",", packages));
        }
        arguments.addAll(List.of(suite, folder.resolve("root.tar").toString(), sources.toString()));
        Tool.MMDEBSTRAP.run(folder, arguments);
    }
}
