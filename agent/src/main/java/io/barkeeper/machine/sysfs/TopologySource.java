package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.Topology;
import java.util.Optional;

/** Reads the whole tree. */
@FunctionalInterface
public interface TopologySource extends AutoCloseable {

    /**
     * @param earlier what the last read gave, for what the kernel has forgotten since
     * @throws MachineException when the tree cannot be read
     */
    Observation read(Optional<Topology> earlier) throws MachineException;

    @Override
    default void close() {}
}
