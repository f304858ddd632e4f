package io.barkeeper.machine.sysfs;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Attributes;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.nativeshim.AttributeFile;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.pci.PciAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The steps that write attributes of sysfs. Each write is one command to the kernel; its errno is the answer. */
final class AttributeWriter {

    private final SysfsPaths paths;

    AttributeWriter(SysfsPaths paths) {
        this.paths = paths;
    }

    Outcome unbind(PciAddress address) {
        if (paths.driverOf(address).isEmpty()) {
            return new Outcome.Done("no driver");
        }
        return write(paths.device(address).resolve("driver/unbind"), address.toString());
    }

    Outcome bind(PciAddress address, String driver) {
        Optional<String> bound = paths.driverOf(address);
        if (bound.isPresent()) {
            return bound.get().equals(driver)
                    ? new Outcome.Done("bound already")
                    : new Outcome.Failed(Errno.EBUSY, address + " has driver " + bound.get());
        }
        return write(paths.driver(driver).resolve("bind"), address.toString());
    }

    /** The number of VFs, read back: a driver may give fewer or none. */
    Outcome numVfs(PciAddress address, int count) {
        Path attribute = paths.device(address).resolve("sriov_numvfs");
        if (SysfsPaths.text(attribute).orElse("").equals(Integer.toString(count))) {
            return new Outcome.Done("is " + count + " already");
        }
        Outcome written = write(attribute, Integer.toString(count));
        String now = SysfsPaths.text(attribute).orElse("unreadable");
        return written instanceof Outcome.Done && !now.equals(Integer.toString(count))
                ? new Outcome.Failed(0, attribute + " is " + now + " after " + count + " was written")
                : written;
    }

    Outcome align(Action.Align action) {
        return write(paths.bus().resolve("resource_alignment"), action.entries());
    }

    /** The attribute takes the exponent of the size in MiB. */
    Outcome resize(Action.Resize action) {
        int exponent = Long.numberOfTrailingZeros(action.size()) - 20;
        return exponent < 0
                ? new Outcome.Failed(Errno.EINVAL, "a BAR cannot be resized below 1 MiB")
                : write(
                        paths.device(action.address()).resolve("resource" + action.bar() + "_resize"),
                        Integer.toString(exponent));
    }

    /** The pciehp service is called {@code PORT:pcieT04}, T from the port's type (get_descriptor_id, pci_express). */
    Outcome unbindPciehp(PciAddress port) {
        for (Path service : services(port)) {
            if (SysfsPaths.linkName(service.resolve("driver")).orElse("").equals("pciehp")) {
                return write(paths.express().resolve("drivers/pciehp/unbind"), SysfsPaths.name(service));
            }
        }
        return new Outcome.Done("not bound");
    }

    Outcome bindPciehp(PciAddress port) {
        for (Path service : services(port)) {
            if (SysfsPaths.name(service).endsWith("04")) {
                return SysfsPaths.linkName(service.resolve("driver")).isPresent()
                        ? new Outcome.Done("bound already")
                        : write(paths.express().resolve("drivers/pciehp/bind"), SysfsPaths.name(service));
            }
        }
        return new Outcome.Failed(Errno.ENODEV, port + " has no hot-plug service");
    }

    private List<Path> services(PciAddress port) {
        return SysfsPaths.entries(paths.express().resolve("devices")).stream()
                .filter(p -> SysfsPaths.name(p).startsWith(port + ":pcie"))
                .toList();
    }

    /** {@code power/control} = on resumes at once; {@code d3cold_allowed} = 0 keeps it from losing its registers. */
    Outcome holdAwake(List<PciAddress> bridges) {
        Map<String, String> prior = new TreeMap<>();
        for (PciAddress bridge : bridges) {
            Outcome outcome = hold(bridge, "power/control", "on", prior);
            outcome = outcome instanceof Outcome.Done ? hold(bridge, "d3cold_allowed", "0", prior) : outcome;
            if (!(outcome instanceof Outcome.Done)) {
                putBack(prior);
                return outcome;
            }
        }
        return new Outcome.Done(Attributes.format(prior));
    }

    private Outcome hold(PciAddress bridge, String attribute, String value, Map<String, String> prior) {
        Path path = paths.device(bridge).resolve(attribute);
        Optional<String> before = SysfsPaths.text(path);
        if (before.isEmpty() || before.get().equals(value)) {
            return Outcome.done();
        }
        Outcome outcome = write(path, value);
        if (outcome instanceof Outcome.Done) {
            prior.put("devices/" + bridge + "/" + attribute, before.get());
        }
        return outcome;
    }

    Outcome putBack(Map<String, String> values) {
        List<String> failures = new ArrayList<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(values).entrySet()) {
            Path path = paths.bus().resolve(entry.getKey()).normalize();
            if (!path.startsWith(paths.bus())) {
                failures.add(entry.getKey() + " does not lie below " + paths.bus());
            } else if (Files.exists(path) && !SysfsPaths.text(path).equals(Optional.of(entry.getValue()))) {
                String value = entry.getValue().isEmpty() ? "\n" : entry.getValue();
                if (write(path, value) instanceof Outcome.Failed failed) {
                    failures.add(failed.message());
                }
            }
        }
        return failures.isEmpty() ? Outcome.done() : new Outcome.Failed(0, String.join("; ", failures));
    }

    /** The override before the bind, so that no other driver can take the function. */
    Outcome restore(Effect.RestoreOverride restore) {
        Path attribute = paths.device(restore.address()).resolve("driver_override");
        if (!Files.exists(attribute)) {
            return new Outcome.Done("it has gone");
        }
        boolean same = SysfsPaths.text(attribute).equals(Optional.of(restore.override()));
        Outcome written = same ? Outcome.done() : write(attribute, restore.override());
        boolean binds = written instanceof Outcome.Done && !restore.driver().isEmpty();
        return binds ? bind(restore.address(), restore.driver()) : written;
    }

    Outcome command(Path attribute) {
        return write(attribute, "1");
    }

    private static Outcome write(Path attribute, String value) {
        try {
            AttributeFile.write(attribute, value);
            return Outcome.done();
        } catch (ErrnoException e) {
            return new Outcome.Failed(e.errno(), String.valueOf(e.getMessage()));
        }
    }
}
