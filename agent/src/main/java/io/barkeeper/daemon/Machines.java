package io.barkeeper.daemon;

import io.barkeeper.hotplug.DeafSource;
import io.barkeeper.hotplug.Heard;
import io.barkeeper.hotplug.HotplugSource;
import io.barkeeper.hotplug.Uevent;
import io.barkeeper.hotplug.UeventSource;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.CapturedMachine;
import io.barkeeper.machine.FileTrouble;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.machine.sysfs.Deadlines;
import io.barkeeper.machine.sysfs.Observation;
import io.barkeeper.machine.sysfs.SysfsMachine;
import io.barkeeper.machine.sysfs.SysfsReader;
import io.barkeeper.machine.sysfs.TopologySource;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.UeventSocket;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.ReadNotes;
import io.barkeeper.snapshot.SnapshotFormatException;
import io.barkeeper.snapshot.SnapshotJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine that the daemon keeps, and where its uevents come from. The uevent socket is open before the first look, so
 * nothing that happens after it is missed.
 *
 * @param machine to look at, and to change where that is possible
 * @param source of uevents
 * @param name what it is, for people
 * @param simulated present when it is a simulated one, which can be told to change
 * @param readOnly why nothing can be changed; empty where something can
 * @param notes what could not be read at the last look
 */
record Machines(
        Machine machine,
        HotplugSource source,
        String name,
        Optional<SimulatedMachine> simulated,
        Optional<String> readOnly,
        Notes notes) {

    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    static Machines open(Options options) throws StartFailure {
        try {
            if (options.simulate().isPresent()) {
                return simulated(options.simulate().get());
            }
            return options.sysroot().isPresent() ? captured(options.sysroot().get()) : live();
        } catch (MachineException e) {
            throw new StartFailure(e.code(), StartFailure.UNEXPECTED, String.valueOf(e.getMessage()));
        }
    }

    private static Machines live() throws MachineException, StartFailure {
        if (UeventSocket.inInitialNetworkNamespace().equals(Optional.of(false))) {
            LOG.error("BK-NETNS: this process is not in the initial network namespace: the kernel's uevents do not"
                    + " come here, and nothing that happens will be seen. Run it without PrivateNetwork=, outside of"
                    + " containers");
        }
        UeventSource source;
        try {
            source = UeventSource.open();
        } catch (ErrnoException e) {
            throw new StartFailure(
                    "BK-UEVENTS",
                    StartFailure.NOT_PERMITTED,
                    "uevents cannot be listened to: " + e.getMessage()
                            + ". A unit needs RestrictAddressFamilies=AF_UNIX AF_NETLINK");
        }
        Notes notes = new Notes();
        Machine machine = sysfs(Path.of("/"), SysfsMachine.Access.READ_WRITE, notes);
        return new Machines(machine, source, "the running machine", Optional.empty(), Optional.empty(), notes);
    }

    private static Machines captured(Path root) throws MachineException {
        Notes notes = new Notes(List.of(Usage.IDLE_NOTE));
        String why = "it is a captured tree, " + root;
        Machine machine = new CapturedMachine(sysfs(root, SysfsMachine.Access.READ_ONLY, notes), why);
        return new Machines(
                machine, new DeafSource(), "the captured tree " + root, Optional.empty(), Optional.of(why), notes);
    }

    /** Keeps what could not be read where {@code status} finds it. */
    private record NotedSource(SysfsReader reader, Notes notes) implements TopologySource {
        @Override
        public Observation read(Optional<Topology> earlier) throws MachineException {
            Observation seen = reader.read(earlier);
            notes.replace(
                    seen.notes().notes().stream().map(ReadNotes.Note::toString).toList());
            return seen;
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private static Machine sysfs(Path root, SysfsMachine.Access access, Notes notes) throws MachineException {
        SysfsReader reader = SysfsReader.open(root);
        return new SysfsMachine(root, new NotedSource(reader, notes), access, Deadlines.DEFAULT);
    }

    private static Machines simulated(Path snapshot) throws StartFailure {
        Topology topology;
        try {
            topology = SnapshotJson.parse(Files.readString(snapshot));
        } catch (SnapshotFormatException e) {
            throw new StartFailure(
                    "BK-SNAPSHOT",
                    StartFailure.USAGE,
                    snapshot + " is no snapshot: " + e.getMessage() + ". 'barkeeper snapshot -o FILE' makes one");
        } catch (IOException e) {
            throw new StartFailure(
                    "BK-SNAPSHOT", StartFailure.USAGE, snapshot + " cannot be read: " + FileTrouble.of(e));
        }
        DeafSource source = new DeafSource();
        SimulatedMachine machine = new SimulatedMachine(topology, KernelModels.forKernel(topology.kernel()));
        machine.listen((action, address) -> source.say(new Heard.Event(hint(action, address))));
        return new Machines(
                machine,
                source,
                "a simulated machine, from " + snapshot,
                Optional.of(machine),
                Optional.empty(),
                new Notes());
    }

    /** What a real kernel would have sent. */
    private static Uevent hint(String action, PciAddress address) {
        String path = "/devices/simulated/" + address;
        return new Uevent(
                action,
                path,
                Map.of("ACTION", action, "DEVPATH", path, "SUBSYSTEM", "pci", "PCI_SLOT_NAME", address.toString()));
    }
}
