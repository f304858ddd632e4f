package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.ReadNotes;

/** A machine as it was read, and what of it could not be read. */
public record Observation(Topology topology, ReadNotes notes) {}
