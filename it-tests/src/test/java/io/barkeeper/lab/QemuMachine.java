package io.barkeeper.lab;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running guest: the QEMU process, its control connection and the shell inside. Emulated by software alone (TCG), so it
 * runs on any machine and any user may start it. It has one processor unless the
 * scene says otherwise: with two, guests hung now and then on a busy host.
 *
 * <p>QEMU never outlives the test: a guardian shell holds it, kills it when the pipe from this JVM closes for whatever reason
 * (a crash included), and after 20 minutes in any case, or the seconds in {@code -Dlab.lifetime}.
 */
public final class QemuMachine implements Closeable {
    private static final int LIFETIME_SECONDS = Integer.getInteger("lab.lifetime", 20 * 60);
    private static final String UEFI = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd";
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final String GUARDIAN = "exec 3<&0; \"$@\" </dev/null 3<&- & machine=$!;"
            + " { read -r -t " + LIFETIME_SECONDS + " -u 3 _; kill -9 $machine; } 2>/dev/null & watch=$!;"
            + " wait $machine; status=$?; kill $watch 2>/dev/null; exit $status";

    private final MachineSpec spec;
    private final KernelImage kernel;
    private final Path folder;
    private final List<String> command;
    private final Process process;
    private final Qmp qmp;
    private final GuestShell shell;

    private QemuMachine(MachineSpec spec, KernelImage kernel) throws IOException {
        this.spec = spec;
        this.kernel = kernel;
        folder = Files.createTempDirectory("barkeeper-lab");
        command = commandLine();
        boolean booted = false;
        Process started = null;
        try {
            for (MachineSpec.Disk disk : spec.disks()) {
                try (RandomAccessFile file = new RandomAccessFile(diskFile(disk).toFile(), "rw")) {
                    file.setLength(disk.bytes());
                }
            }
            List<String> guarded =
                    new ArrayList<>(List.of(Tool.BASH.path().toString(), "-c", GUARDIAN, "barkeeper-lab"));
            guarded.addAll(command);
            started = new ProcessBuilder(guarded)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("qemu.log").toFile())
                    .start();
            process = started;
            qmp = new Qmp(LineChannel.connect("QMP socket", folder.resolve("qmp"), CONNECT, process::isAlive));
            shell = new GuestShell(
                    LineChannel.connect("shell socket", folder.resolve("shell"), CONNECT, process::isAlive));
            booted = true;
        } catch (LabException e) {
            throw new LabException(e.getMessage() + "\n" + report(), e);
        } finally {
            if (!booted) {
                if (started != null) {
                    stop(started);
                }
                LabCache.deleteTree(folder);
            }
        }
    }

    /**
     * Switches a machine on and waits for its shell. A guest that hangs before it has one is switched on once more: an emulated
     * processor may lose its timer while the host is overloaded, and nothing has been tested yet.
     */
    public static QemuMachine boot(MachineSpec spec, KernelImage kernel) {
        try {
            return new QemuMachine(spec, kernel);
        } catch (LabException hung) {
            System.out.println("The guest did not come up; trying once more. " + hung.getMessage());
            return bootAgain(spec, kernel);
        } catch (IOException e) {
            throw new LabException("Cannot start QEMU", e);
        }
    }

    private static QemuMachine bootAgain(MachineSpec spec, KernelImage kernel) {
        try {
            return new QemuMachine(spec, kernel);
        } catch (IOException e) {
            throw new LabException("Cannot start QEMU", e);
        }
    }

    public KernelImage kernel() {
        return kernel;
    }

    public Qmp qmp() {
        return qmp;
    }

    public GuestShell shell() {
        return shell;
    }

    /** The guest boots again by its own means; returns when its shell is up. */
    public void reboot() {
        // The answer must be on its way before the shell is stopped.
        shell.output("(sleep 2; systemctl reboot) >/dev/null 2>&1 &");
        shell.awaitReady();
    }

    /** What a failure needs: the command line of QEMU, its messages, and the end of the guest's console. */
    public String report() {
        return "kernel " + kernel + "\nqemu:  " + String.join(" ", command) + "\n"
                + tail(folder.resolve("qemu.log"), 20) + "--- the guest's console, last lines\n"
                + tail(folder.resolve("console.log"), 150);
    }

    /** Has the kernel print every blocked task to its console, for a report of a guest that does not answer any more. */
    void showBlockedTasks() {
        try {
            qmp.pressKeys("alt", "sysrq", "w");
            TimeUnit.SECONDS.sleep(3);
        } catch (LabException gone) {
            // A guest that is not there has nothing to show.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop(process);
        LabCache.deleteTree(folder);
    }

    /** Closing the guardian's standard input is what kills QEMU. */
    private static void stop(Process guardian) {
        try {
            guardian.getOutputStream().close();
            guardian.waitFor();
        } catch (IOException e) {
            guardian.destroyForcibly();
        } catch (InterruptedException e) {
            guardian.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private List<String> commandLine() {
        List<String> words = new ArrayList<>(kernel.arm64() ? arm64() : amd64());
        words.addAll(List.of("-name", spec.name(), "-accel", "tcg", "-smp", Integer.toString(spec.processors())));
        words.addAll(List.of("-m", spec.memory(), "-nodefaults", "-display", "none"));
        if (!spec.mayReboot()) {
            words.add("-no-reboot");
        }
        words.addAll(spec.words());
        words.addAll(List.of("-kernel", kernel.vmlinuz().toString()));
        words.addAll(List.of("-initrd", Initramfs.of(kernel).toString()));
        words.addAll(List.of("-append", kernelCommandLine()));
        words.addAll(List.of("-chardev", "socket,id=shell,path=" + folder.resolve("shell") + ",server=on,wait=off"));
        words.addAll(List.of("-chardev", "file,id=console,path=" + folder.resolve("console.log")));
        words.addAll(List.of("-qmp", "unix:" + folder.resolve("qmp") + ",server=on,wait=off"));
        words.addAll(serialPorts());
        if (spec.hotPlug() == MachineSpec.HotPlug.NATIVE) {
            words.addAll(List.of("-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"));
        }
        for (MachineSpec.Disk disk : spec.disks()) {
            words.addAll(List.of("-blockdev", "driver=file,node-name=" + disk.node() + ",filename=" + diskFile(disk)));
        }
        for (String object : spec.objects()) {
            words.addAll(List.of("-object", object));
        }
        for (String device : spec.devices()) {
            words.addAll(List.of("-device", device));
        }
        return List.copyOf(words);
    }

    private List<String> amd64() {
        return List.of(Tool.QEMU.path().toString(), "-machine", spec.board().machine, "-cpu", "max");
    }

    /** With UEFI, since only that describes the machine through ACPI. */
    private static List<String> arm64() {
        return List.of(
                Tool.QEMU_ARM64.path().toString(), "-machine", "virt", "-cpu", "max,pauth-impdef=on", "-bios", UEFI);
    }

    /**
     * The shell is the guest's {@code ttyS0}, on arm64 a PCI card. There the host's root is not shared either: its programs would
     * not run.
     */
    private List<String> serialPorts() {
        if (kernel.arm64()) {
            return List.of("-serial", "chardev:console", "-device", "pci-serial,chardev=shell,bus=pcie.0,addr=1e");
        }
        return List.of(
                "-serial",
                "chardev:shell",
                "-serial",
                "chardev:console",
                "-fsdev",
                "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
                "-device",
                "virtio-9p-pci,fsdev=host,mount_tag=host,bus=" + spec.board().rootBus + ",addr=1e");
    }

    private String kernelCommandLine() {
        List<String> words = new ArrayList<>(List.of(
                kernel.arm64() ? "console=ttyAMA0" : "console=ttyS1",
                "ignore_loglevel",
                "panic=-1",
                "sysrq_always_enabled",
                "mitigations=off"));
        words.add("audit=0");
        words.add("apparmor=0");
        if (spec.kernelWords().stream().noneMatch(word -> word.startsWith("log_buf_len="))) {
            words.add("log_buf_len=4M");
        }
        words.add("lab.modules=" + String.join(",", spec.modules()));
        words.addAll(spec.kernelWords());
        return String.join(" ", words);
    }

    private Path diskFile(MachineSpec.Disk disk) {
        return folder.resolve(disk.node() + ".img");
    }

    private static String tail(Path file, int lines) {
        try {
            List<String> all = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size())) + "\n";
        } catch (IOException e) {
            return "(no " + file.getFileName() + ")\n";
        }
    }
}
