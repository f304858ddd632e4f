package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Usage;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at the machine below a root, and has no way to change it: for those who must never write. */
public final class Inspection {

    private final SysfsPaths paths;
    private final SysfsReader reader;

    private Inspection(Path root, SysfsReader reader) {
        this.paths = new SysfsPaths(root.toAbsolutePath().normalize());
        this.reader = reader;
    }

    /**
     * @param root {@code /}, or a directory that holds {@code sys}, {@code proc} and {@code dev}
     * @throws MachineException when there is no machine below it
     */
    public static Inspection open(Path root) throws MachineException {
        return new Inspection(root, SysfsReader.open(root));
    }

    /**
     * The machine, with what could not be read. Nothing is remembered from look to look.
     *
     * @throws MachineException when it cannot be read, or changed three times while it was read
     */
    public Observation read() throws MachineException {
        return reader.read(Optional.empty());
    }

    /** As {@link SysfsMachine#usage}. */
    public Usage usage(Topology topology, Collection<PciAddress> functions) {
        return usage(paths, functions, ConcurrentHashMap.newKeySet());
    }

    /** As {@link SysfsMachine#configWritable}. */
    public boolean configWritable() {
        return Lockdown.of(paths).isEmpty();
    }

    /** @param claimed the disks that this process has claimed by itself */
    static Usage usage(SysfsPaths paths, Collection<PciAddress> functions, Set<DeviceNode.Id> claimed) {
        UsageReader reader = new UsageReader(paths);
        Map<PciAddress, List<Holder>> holders = new HashMap<>();
        for (PciAddress function : functions) {
            try (DiskClaims claims = new DiskClaims(claimed)) {
                holders.put(function, reader.holders(function, claims));
            }
        }
        return new Usage(holders);
    }
}
