package io.barkeeper.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A bootable disk with a Debian: systemd, apt and a Java runtime, and beyond that only a service that answers {@link GuestShell}.
 * Kernel and modules come from the lab ({@code lab.root} in {@code init.sh}). Made once, kept in the cache, never written to: each
 * guest writes to a layer of its own.
 */
public final class DebianDisk {
    private static final LabCache CACHE = LabCache.ofThisMachine();
    private static final List<String> PACKAGES =
            List.of("systemd", "systemd-sysv", "udev", "dbus", "kmod", "iproute2", "procps", "openjdk-17-jre-headless");

    /** What is in the tree that no package brings; a change of it makes a new disk. */
    private static final String SHELL = """
            #!/bin/sh
            # Commands of the lab come over the first serial port, one a line, as to init.sh.
            ip address add 10.0.2.15/24 dev eth0 2>/dev/null && ip link set eth0 up
            exec </dev/ttyS0 >/dev/ttyS0
            stty raw -echo
            export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
            echo "@READY $(uname -r)"
            while IFS=' ' read -r id script; do
              echo "$script" | base64 -d >/run/lab.script
              sh /run/lab.script </dev/null >/run/lab.stdout 2>/run/lab.stderr
              code=$?
              echo "@$id $code $(gzip -c </run/lab.stdout | base64 -w 0) $(gzip -c </run/lab.stderr | base64 -w 0)"
            done
            """;

    private static final String SERVICE = """
            [Unit]
            Description=Shell of the lab
            [Service]
            ExecStart=/usr/local/sbin/lab-shell
            KillMode=process
            [Install]
            WantedBy=multi-user.target
            """;

    private DebianDisk() {}

    /** Why there is none here; empty when one can be made. */
    public static String missing() {
        if (!DebianTree.canBeMade()) {
            return "mmdebstrap is not installed, so there is no Debian to boot";
        }
        return System.getProperty("user.name", "").equals("root")
                ? ""
                : "only root can lay out the files of a guest's disk with their owners";
    }

    /** An ext4 file system without partitions, in a file. */
    public static Path image(String suite) {
        Path tar = DebianTree.tar(suite, PACKAGES);
        String name = "guest-" + suite + "-" + Integer.toHexString((SHELL + SERVICE + PACKAGES).hashCode());
        return CACHE.locked(name, () -> CACHE.entry(name, fresh -> make(tar, fresh)))
                .resolve("disk.img");
    }

    private static void make(Path tar, Path folder) throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Tool.TAR.run(folder, List.of("-xf", tar.toString(), "-C", root.toString()));
        Path shell = root.resolve("usr/local/sbin/lab-shell");
        write(shell, SHELL);
        if (!shell.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + shell + " executable");
        }
        write(root.resolve("etc/systemd/system/lab-shell.service"), SERVICE);
        Files.createDirectories(root.resolve("etc/systemd/system/multi-user.target.wants"));
        Files.createSymbolicLink(
                root.resolve("etc/systemd/system/multi-user.target.wants/lab-shell.service"),
                Path.of("/etc/systemd/system/lab-shell.service"));
        write(root.resolve("etc/machine-id"), "b5f5a2b0c1d24d2e9a2d0c6c2f0e4a11\n");
        write(root.resolve("etc/hostname"), "guest\n");
        // Kept over a reboot.
        Files.createDirectories(root.resolve("var/log/journal"));
        Tool.MKE2FS.run(
                folder,
                List.of("-q", "-F", "-t", "ext4", "-d", root.toString(), "-E", "root_owner=0:0", "disk.img", "2G"));
        LabCache.deleteTree(root);
    }

    private static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
