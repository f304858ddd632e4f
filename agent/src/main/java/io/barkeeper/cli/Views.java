package io.barkeeper.cli;

import io.barkeeper.control.View;
import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.sysfs.Observation;
import io.barkeeper.machine.sysfs.SysfsReader;
import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.ReadNotes;
import io.barkeeper.snapshot.SnapshotFormatException;
import io.barkeeper.snapshot.SnapshotJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes a view without a daemon.
 *
 * <p>Of a captured tree or a snapshot nobody can be asked who uses a device: what could be quiesced counts as idle, and a
 * note says so.
 */
final class Views {

    private static final String NOBODY_ASKED =
            "nobody can be asked who uses a device here: drivers that can be unbound count as idle";

    private final Barkeeper barkeeper;
    private final PolicyRules rules;

    Views(Barkeeper barkeeper) throws Problem {
        this.barkeeper = barkeeper;
        this.rules = Rules.of(barkeeper);
    }

    /** The captured tree or the snapshot that the command line names. */
    View ofNamedSource() throws Problem {
        if (barkeeper.sysroot().isPresent() && barkeeper.snapshot().isPresent()) {
            throw Problem.usage("--sysroot and --snapshot name two machines", "give one of them");
        }
        if (barkeeper.sysroot().isPresent()) {
            Observation seen = read(barkeeper.sysroot().get());
            return idle(seen.topology(), texts(seen.notes()));
        }
        String file = barkeeper.snapshot().orElseThrow();
        return ofSnapshot(text(file), file.equals("-") ? "standard input" : file);
    }

    /** @param name of the snapshot, for messages */
    View ofSnapshot(String text, String name) throws Problem {
        try {
            return idle(SnapshotJson.parse(text), List.of());
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
        Observation seen = read(barkeeper.surroundings().root());
        List<String> notes = new ArrayList<>(texts(seen.notes()));
        notes.add("no daemon was asked: what happened earlier in this boot is unknown, and a device whose driver can be"
                + " unbound counts as in use");
        Topology topology = withKernel(seen.topology());
        return view(topology, Usage.NOTHING_ASKED, notes);
    }

    private static Observation read(Path root) throws Problem {
        try {
            return SysfsReader.open(root).read(Optional.empty());
        } catch (MachineException e) {
            throw new Problem(e.code(), ExitCode.UNEXPECTED, String.valueOf(e.getMessage()), "");
        }
    }

    private static List<String> texts(ReadNotes notes) {
        return notes.notes().stream().map(ReadNotes.Note::toString).toList();
    }

    private String text(String file) throws Problem {
        try {
            byte[] bytes =
                    file.equals("-") ? barkeeper.console().in().readAllBytes() : Files.readAllBytes(Path.of(file));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new Problem(
                    "BK-SNAPSHOT-UNREADABLE",
                    ExitCode.UNEXPECTED,
                    "the snapshot cannot be read: " + e,
                    "name a file, or - for standard input");
        }
    }

    private View idle(Topology seen, List<String> readingNotes) {
        Topology topology = withKernel(seen);
        Map<PciAddress, List<Holder>> nobody = Policy.worthAsking(topology, rules).stream()
                .collect(Collectors.toMap(Function.identity(), a -> List.of()));
        List<String> notes = new ArrayList<>(readingNotes);
        if (!nobody.isEmpty()) {
            notes.add(NOBODY_ASKED);
        }
        return view(topology, new Usage(nobody), notes);
    }

    private View view(Topology topology, Usage usage, List<String> notes) {
        KernelModel model = KernelModels.forKernel(topology.kernel());
        return new View(topology, History.NONE, Policy.judge(topology, usage, rules), model, notes);
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
