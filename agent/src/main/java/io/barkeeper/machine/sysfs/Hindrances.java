package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.Hindrance;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Looks for reasons to change nothing now.
 *
 * <p>A live update (kernel live update orchestrator, since 6.19) keeps what it preserves in sessions, which are files
 * that an agent holds open ({@code luo_session_getfile}). The kernel does not tell user space which devices are in them,
 * so while there is one, nothing is moved at all. Downstream Port Containment keeps a port's link down from its trigger
 * until software releases it (PCIe 6.0, 6.2.11). A card whose slot somebody has switched off is switched on when its port is
 * found anew ({@code pciehp_check_presence}), and whoever has a hand in that slot would not like it.
 */
final class Hindrances {

    private static final String SESSION = "anon_inode:[luo_session]";
    private static final int DPC_STATUS = 0x08;
    private static final int DPC_TRIGGERED = 1;
    private static final long MANAGER_SECONDS = 5;

    private final SysfsPaths paths;

    Hindrances(SysfsPaths paths) {
        this.paths = paths;
    }

    List<Hindrance> of(Topology topology, Collection<PciAddress> scope) {
        List<Hindrance> found = new ArrayList<>();
        liveUpdate().ifPresent(w -> found.add(new Hindrance(Hindrance.Kind.LIVE_UPDATE, w)));
        hungTaskPanic().ifPresent(w -> found.add(new Hindrance(Hindrance.Kind.HUNG_TASK_PANIC, w)));
        for (PciAddress address : scope) {
            Optional<PciFunction> function = topology.find(address);
            boolean empty = function.flatMap(PciFunction::bridge)
                            .filter(Bridge::hotplug)
                            .isPresent()
                    && topology.childrenOf(address).isEmpty();
            if (empty && SlotPresence.holdsCardWithoutPower(paths, address)) {
                found.add(new Hindrance(
                        Hindrance.Kind.POWERED_OFF,
                        "the card in the slot of " + address
                                + " is switched off, and would be switched on when the port"
                                + " is found anew; take it out, or switch it on before"));
            }
            if (function.isPresent()
                    && function.get().isBridge()
                    && !function.get().traits().suspended()
                    && triggered(address)) {
                found.add(new Hindrance(
                        Hindrance.Kind.ERROR_RECOVERY,
                        "Downstream Port Containment has taken the link of " + address + " down"));
            }
        }
        return found;
    }

    private Optional<String> liveUpdate() {
        if (!Files.exists(paths.node("liveupdate"))) {
            return Optional.empty();
        }
        for (Path process : SysfsPaths.entries(paths.proc())) {
            if (SysfsPaths.name(process).matches("[0-9]+") && holdsSession(process)) {
                return Optional.of("a live update may preserve devices: process " + SysfsPaths.name(process) + " ("
                        + SysfsPaths.text(process.resolve("comm")).orElse("?") + ") holds a session of it");
            }
        }
        return Optional.empty();
    }

    private static boolean holdsSession(Path process) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (isSession(file)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false; // it has ended; as root every other one can be read
        }
        return false;
    }

    private static boolean isSession(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith(SESSION);
        } catch (IOException e) {
            return false; // closed in the meantime
        }
    }

    private Optional<String> hungTaskPanic() {
        boolean panics = SysfsPaths.text(paths.proc().resolve("sys/kernel/hung_task_panic"))
                .filter(t -> !t.equals("0"))
                .isPresent();
        return panics
                ? Optional.of(
                        "the kernel panics when a task hangs (kernel.hung_task_panic), and a driver that does not let"
                                + " go would make one hang; kernel.allow-hung-task-panic = true acts all the same")
                : Optional.empty();
    }

    private boolean triggered(PciAddress port) {
        try {
            Optional<ConfigSpace> config =
                    ConfigSpace.of(ConfigReader.read(paths.device(port).resolve("config"), ConfigReader.CONTAINMENT));
            OptionalInt dpc = config.isPresent() && config.get().answers()
                    ? config.get().extendedCapability(ConfigSpace.EXT_CAP_DPC)
                    : OptionalInt.empty();
            return dpc.isPresent() && (config.get().u16(dpc.getAsInt() + DPC_STATUS) & DPC_TRIGGERED) != 0;
        } catch (ErrnoException e) {
            return false; // removed in the meantime
        }
    }

    /** Whether the service manager is on its way down; empty when it is not, or there is none that can be asked. */
    static Optional<Hindrance> systemState() {
        return Files.isDirectory(Path.of("/run/systemd/system"))
                ? systemState(List.of("systemctl", "is-system-running"))
                : Optional.empty();
    }

    /** @param question the command that prints the state of the manager, as {@code systemctl is-system-running} does */
    static Optional<Hindrance> systemState(List<String> question) {
        try {
            Process process =
                    new ProcessBuilder(question).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(MANAGER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String state = new String(process.getInputStream().readNBytes(64), StandardCharsets.US_ASCII).strip();
            return state.equals("stopping")
                    ? Optional.of(new Hindrance(Hindrance.Kind.SYSTEM_STATE, "the system is shutting down"))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
