package io.barkeeper.lab;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The guest's root: a static busybox, the modules that scenes use with all that they depend on, and {@code init.sh}. Built
 * once for a kernel and kept beside it; the name of the file carries a digest of what went in.
 *
 * <p>The kernel calls {@code /sbin/modprobe} by itself (ext4 asks for its checksum algorithm so), hence it is there and works.
 */
public final class Initramfs {
    /** Names of module files without suffix. One that is built into the kernel, or unknown to a release, is left out. */
    private static final List<String> MODULES = List.of(
            "nvme",
            "nvme_core",
            "e1000e",
            "igb",
            "igbvf",
            "pci-stub",
            "vfio-pci",
            "virtio_pci",
            "virtio_blk",
            "virtio_console",
            "virtio_net",
            "9p",
            "9pnet_virtio",
            "ext4",
            "crc32c_generic",
            "crc32c_intel",
            "crc32c-intel",
            "libcrc32c",
            "xhci_pci",
            "overlay",
            "loop",
            "dm_mod");

    private Initramfs() {}

    /** The initramfs of a kernel, built now if it is not there yet. */
    public static Path of(KernelImage kernel) {
        byte[] init = resource("init.sh");
        byte[] busybox = staticBusybox(kernel);
        String name = "initramfs-" + digest(init, busybox, MODULES.toString().getBytes(StandardCharsets.UTF_8)) + ".gz";
        Path image = kernel.directory().resolve(name);
        return KernelImages.cache().locked("initramfs-" + kernel.release(), () -> {
            if (!Files.exists(image)) {
                build(kernel, image, init, busybox);
            }
            return image;
        });
    }

    private static void build(KernelImage kernel, Path image, byte[] init, byte[] busybox) {
        Path scratch = null;
        try {
            scratch = KernelImages.cache().scratch();
            Path unpacked = scratch.resolve("unpacked");
            KernelImages.unpack(kernel.directory(), unpacked);
            Path tree = scratch.resolve("tree");
            selectModules(unpacked, tree, kernel.release());
            Path fresh = scratch.resolve("image");
            write(fresh, tree, init, busybox);
            Files.move(fresh, image, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LabException("Cannot build the initramfs of " + kernel, e);
        } finally {
            LabCache.deleteTree(scratch);
        }
    }

    /**
     * The folder of modules, below {@code lib} also where the package has it below {@code usr/lib}: depmod looks there. Empty
     * where an archive serves the image of a release and its modules no more; what is built in still boots and hot-plugs.
     */
    private static Optional<Path> moduleFolder(Path unpacked, String release) throws IOException {
        Path lib = unpacked.resolve("lib");
        if (!Files.exists(lib)) {
            Files.createSymbolicLink(lib, Path.of("usr/lib"));
        }
        Path folder = lib.resolve("modules").resolve(release);
        return Files.isDirectory(folder.resolve("kernel")) ? Optional.of(folder) : Optional.empty();
    }

    /** Copies the wanted modules and what they depend on, unpacked, and has depmod index the copy. */
    private static void selectModules(Path unpacked, Path tree, String release) throws IOException {
        Optional<Path> folder = moduleFolder(unpacked, release);
        if (folder.isEmpty()) {
            System.out.println("The packages of " + release + " hold no modules: only what is built in is there");
            Files.createDirectories(tree);
            return;
        }
        Path modules = folder.get();
        Path target = tree.resolve("lib/modules").resolve(release);
        Files.createDirectories(target);
        Map<String, List<String>> needs = dependencies(unpacked, modules, release);
        Deque<String> open = new ArrayDeque<>();
        needs.keySet().stream()
                .filter(file -> MODULES.stream().anyMatch(wanted -> sameName(file, wanted)))
                .forEach(open::add);
        Set<String> taken = new TreeSet<>();
        while (!open.isEmpty()) {
            String file = open.remove();
            if (taken.add(file)) {
                open.addAll(needs.getOrDefault(file, List.of()));
                copyModule(modules.resolve(file), target.resolve(file));
            }
        }
        for (String index : List.of("modules.order", "modules.builtin", "modules.builtin.modinfo")) {
            if (Files.exists(modules.resolve(index))) {
                Files.copy(modules.resolve(index), target.resolve(index));
            }
        }
        Tool.DEPMOD.run(tree, List.of("-b", tree.toString(), release));
    }

    private static boolean sameName(String file, String wanted) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        return name.replace('-', '_').startsWith(wanted.replace('-', '_') + ".ko");
    }

    /** What {@code depmod -n} says of the whole tree: each module file with the files that it needs. */
    private static Map<String, List<String>> dependencies(Path unpacked, Path modules, String release)
            throws IOException {
        Tool.DEPMOD.run(unpacked, List.of("-b", unpacked.toString(), release));
        Map<String, List<String>> needs = new HashMap<>();
        for (String line : Files.readAllLines(modules.resolve("modules.dep"))) {
            String[] parts = line.split(":", 2);
            needs.put(
                    parts[0],
                    Stream.of(parts[1].trim().split(" "))
                            .filter(f -> !f.isEmpty())
                            .toList());
        }
        return needs;
    }

    private static void copyModule(Path source, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Files.copy(source, target);
        if (target.toString().endsWith(".xz")) {
            Tool.XZ.run(Path.of("/"), List.of("-d", target.toString()));
        }
    }

    private static void write(Path image, Path tree, byte[] init, byte[] busybox) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(tree)) {
            all.filter(path -> !path.equals(tree))
                    .forEach(path -> files.put(tree.relativize(path).toString(), path));
        }
        try (CpioArchive archive = new CpioArchive(
                new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(image)), 1 << 16))) {
            for (String directory : List.of("bin", "dev", "etc", "host", "mnt", "proc", "root", "sbin", "sys", "tmp")) {
                archive.directory(directory);
            }
            archive.characterDevice("dev/console", 5, 1);
            archive.executable("bin/busybox", busybox);
            archive.symbolicLink("bin/sh", "busybox");
            archive.symbolicLink("sbin/modprobe", "../bin/busybox");
            archive.executable("init", init);
            for (Map.Entry<String, Path> file : files.entrySet()) {
                if (Files.isDirectory(file.getValue())) {
                    archive.directory(file.getKey());
                } else {
                    archive.executable(file.getKey(), Files.readAllBytes(file.getValue()));
                }
            }
        }
    }

    /** The host's own; for another architecture the one beside the kernel. */
    private static byte[] staticBusybox(KernelImage kernel) {
        try {
            Path file = kernel.arm64() ? kernel.directory().resolve("busybox") : Tool.BUSYBOX.path();
            byte[] busybox = Files.readAllBytes(file);
            String text = new String(busybox, StandardCharsets.ISO_8859_1);
            if (text.contains("/ld-linux-")) {
                throw new LabException("busybox is dynamically linked; the guest needs a static one."
                        + " As root: apt-get install busybox-static");
            }
            return busybox;
        } catch (IOException e) {
            throw new LabException("Cannot read busybox", e);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = Initramfs.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new LabException("The class path lacks " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new LabException("Cannot read " + name, e);
        }
    }

    private static String digest(byte[]... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                sha256.update(part);
            }
            return HexFormat.of().formatHex(sha256.digest()).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new LabException("This Java has no SHA-256", e);
        }
    }
}
