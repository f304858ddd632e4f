package io.barkeeper.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program of the host that the lab calls, and the Debian package that brings it. */
enum Tool {
    APT_GET("apt-get", "apt"),
    APT_CACHE("apt-cache", "apt"),
    BASH("bash", "bash"),
    BUSYBOX("busybox", "busybox-static"),
    DEPMOD("depmod", "kmod"),
    DPKG_DEB("dpkg-deb", "dpkg"),
    MKE2FS("mke2fs", "e2fsprogs"),
    MMDEBSTRAP("mmdebstrap", "mmdebstrap"),
    QEMU("qemu-system-x86_64", "qemu-system-x86"),
    QEMU_ARM64("qemu-system-aarch64", "qemu-system-arm"),
    TAR("tar", "tar"),
    XZ("xz", "xz-utils");

    private static final Duration DEADLINE = Duration.ofMinutes(10);

    private final String program;
    private final String debianPackage;

    Tool(String program, String debianPackage) {
        this.program = program;
        this.debianPackage = debianPackage;
    }

    boolean isInstalled() {
        return find().isPresent();
    }

    /** The program's file. */
    Path path() {
        return find().orElseThrow(() -> new LabException("The lab needs '" + program + "', which is not installed."
                + " As root: apt-get install --no-install-recommends qemu-system-x86 busybox-static kmod xz-utils"
                + " e2fsprogs mmdebstrap (missing now: package " + debianPackage + ")"));
    }

    /** System directories are searched too: a user's PATH often lacks them. */
    private Optional<Path> find() {
        String searched = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin";
        return Arrays.stream(searched.split(":"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs the program and returns its standard output; a failure names the command and what it printed. */
    String run(Path directory, List<String> arguments) {
        List<String> command = new java.util.ArrayList<>();
        command.add(path().toString());
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile("barkeeper-lab", ".out");
            Path errors = Files.createTempFile("barkeeper-lab", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
                builder.environment().put("LC_ALL", "C");
                Process process = builder.start();
                process.getOutputStream().close();
                if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new LabException(String.join(" ", command) + " did not end within " + DEADLINE);
                }
                if (process.exitValue() != 0) {
                    throw new LabException(String.join(" ", command) + " exited with " + process.exitValue() + ":\n"
                            + Files.readString(errors) + Files.readString(output));
                }
                return Files.readString(output, StandardCharsets.UTF_8);
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw new LabException("Cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while running " + program, e);
        }
    }
}
