package io.barkeeper.cli;

import io.barkeeper.config.Config;
import io.barkeeper.control.View;
import io.barkeeper.daemon.Pins;
import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.sysfs.Inspection;
import io.barkeeper.machine.sysfs.Observation;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Preferences;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.ReadNotes;
import io.barkeeper.snapshot.SnapshotFormatException;
import io.barkeeper.snapshot.SnapshotJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a view without a daemon.
 *
 * <p>Of a captured tree or a snapshot nobody can be asked who uses a device: what could be quiesced counts as idle, and a
 * note says so.
 */
final class Views {

    /** Where the packaged daemon keeps what must outlive it, below the root of the machine. */
    private static final String STATE = "var/lib/barkeeper";

    private final Barkeeper barkeeper;
    private final PolicyRules rules;
    private final Preferences preferences;

    Views(Barkeeper barkeeper) throws Problem {
        this.barkeeper = barkeeper;
        Config config = Rules.of(barkeeper);
        this.rules = config.rules();
        this.preferences = config.preferences();
    }

    /** The captured tree or the snapshot that the command line names. */
    View ofNamedSource() throws Problem {
        if (barkeeper.sysroot().isPresent() && barkeeper.snapshot().isPresent()) {
            throw Problem.usage("--sysroot and --snapshot name two machines", "give one of them");
        }
        if (barkeeper.sysroot().isPresent()) {
            Inspection tree = open(barkeeper.sysroot().get());
            Observation seen = read(tree);
            return idle(seen.topology(), texts(seen.notes()), tree.configWritable());
        }
        String file = barkeeper.snapshot().orElseThrow();
        return ofSnapshot(InputFile.SNAPSHOT.text(barkeeper.console(), file), InputFile.name(file));
    }

    /** @param name of the snapshot, for messages */
    View ofSnapshot(String text, String name) throws Problem {
        try {
            return idle(SnapshotJson.parse(text), List.of(), true);
        } catch (SnapshotFormatException e) {
            throw new Problem(
                    e.code(),
                    ExitCode.UNEXPECTED,
                    name + ": " + e.getMessage(),
                    "make one with 'barkeeper snapshot -o FILE'");
        }
    }

    /** The machine that this process runs on. */
    View ofMachine() throws Problem {
        Inspection machine = open(barkeeper.surroundings().root());
        Observation seen = read(machine);
        List<String> notes = new ArrayList<>(texts(seen.notes()));
        notes.add("no daemon was asked: what happened earlier in this boot is unknown");
        Topology topology = withKernel(seen.topology());
        Pins pins = Pins.load(barkeeper.surroundings().root().resolve(STATE));
        pins.damage().ifPresent(d -> notes.add("who was pinned with 'barkeeper pin' is unknown: " + d));
        PolicyRules pinned = pins.on(topology, rules);
        Usage usage = Usage.NOTHING_ASKED;
        if (barkeeper.surroundings().privileged()) {
            usage = machine.usage(topology, Policy.worthAsking(topology, pinned));
        } else {
            notes.add("without root it cannot be read who uses a device: a device whose driver can be unbound"
                    + " counts as in use");
        }
        return view(topology, usage, pinned, notes, machine.configWritable());
    }

    private static Inspection open(Path root) throws Problem {
        try {
            return Inspection.open(root);
        } catch (MachineException e) {
            throw problem(e);
        }
    }

    private static Observation read(Inspection machine) throws Problem {
        try {
            return machine.read();
        } catch (MachineException e) {
            throw problem(e);
        }
    }

    private static Problem problem(MachineException e) {
        return new Problem(e.code(), ExitCode.UNEXPECTED, String.valueOf(e.getMessage()), "");
    }

    private static List<String> texts(ReadNotes notes) {
        return notes.notes().stream().map(ReadNotes.Note::toString).toList();
    }

    private View idle(Topology seen, List<String> readingNotes, boolean configWritable) {
        Topology topology = withKernel(seen);
        Usage nobody = Usage.idle(Policy.worthAsking(topology, rules));
        List<String> notes = new ArrayList<>(readingNotes);
        if (!nobody.holders().isEmpty()) {
            notes.add(Usage.IDLE_NOTE);
        }
        return view(topology, nobody, rules, notes, configWritable);
    }

    private View view(Topology topology, Usage usage, PolicyRules who, List<String> notes, boolean configWritable) {
        KernelModel model = KernelModels.forKernel(topology.kernel());
        return new View(
                topology, History.NONE, Policy.judge(topology, usage, who), model, notes, configWritable, preferences);
    }

    private Topology withKernel(Topology topology) {
        return barkeeper
                .kernel()
                .map(release -> topology.withKernel(new KernelIdentity(
                        release,
                        topology.kernel().version(),
                        topology.kernel().architecture(),
                        topology.kernel().bootId(),
                        topology.kernel().commandLine())))
                .orElse(topology);
    }
}
