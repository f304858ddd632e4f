package io.barkeeper.conformance;

import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.sysfs.SysfsReader;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes triples of a recording. What the model is given is what a daemon that watched from the boot on would have:
 *
 * <ul>
 *   <li>the snapshot before the action, read by {@link SysfsReader} from the guest's files, with the kernel log up to then
 *       and the snapshot before it for sizes that the kernel no longer shows;
 *   <li>functions that were removed through sysfs and are still plugged in, with the registers and sizes of the last snapshot
 *       that had them;
 *   <li>of a device that arrives, what it turned out to be: its functions in the first snapshot that has them, whose
 *       registers the model sets to their reset values. Its sizes come from that snapshot and the kernel log.
 * </ul>
 */
final class Extraction {
    private final Recording recording;
    private final List<Triple> triples = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    /** Plugged in and not known to the kernel. */
    private final Map<PciAddress, PciFunction> detached = new HashMap<>();

    private Extraction(Recording recording) {
        this.recording = recording;
    }

    /** All triples of a recording; a step on which QEMU or the guest's shell failed ends it. */
    static List<Triple> of(Recording recording) throws IOException, MachineException {
        Extraction extraction = new Extraction(recording);
        extraction.run();
        return extraction.triples;
    }

    private void run() throws IOException, MachineException {
        Topology before = null;
        GuestView viewBefore = null;
        for (int i = 0; i < recording.steps().size(); i++) {
            Recording.Step step = recording.steps().get(i);
            GuestView view = GuestView.parse(step.view());
            log.addAll(view.messages());
            Topology after = read(view, log, Optional.ofNullable(before));
            if (before != null && viewBefore != null) {
                if (neverNoticed(step, view, before, after) || foundInPart(step, before, after)) {
                    break;
                }
                after = withKnownSizes(after, before);
                add(i, step, before, viewBefore, after, view);
            }
            before = after;
            viewBefore = view;
        }
    }

    /**
     * A card that was plugged in and of which the kernel says nothing: no interrupt or notification reached it. What is in the slot
     * would turn up with some later rescan, so the recording ends here.
     */
    private static boolean neverNoticed(Recording.Step step, GuestView view, Topology before, Topology after) {
        return step.action().startsWith("hotplug")
                && view.messages().stream().noneMatch(m -> m.contains("pciehp") || m.contains("] type "))
                && before.functions().size() == after.functions().size();
    }

    /**
     * A card of several functions of which the kernel saw fewer than were plugged in: the emulated slot had not yet given power
     * to all. The rest would turn up with some later rescan, so the recording ends here too.
     */
    private static boolean foundInPart(Recording.Step step, Topology before, Topology after) {
        List<PciFunction> found = plugged(step, before, after);
        long top = found.stream()
                .filter(f -> f.address().bus() == found.get(0).address().bus())
                .count();
        return step.action().startsWith("hotplug") && top < step.plug().size();
    }

    /** What the product's reader makes of a view, with the kernel log from the boot on. */
    static Topology read(GuestView view, List<String> log, Optional<Topology> earlier)
            throws IOException, MachineException {
        Path root = Files.createTempDirectory("barkeeper-view");
        try {
            view.unpack(root, log);
            return SysfsReader.open(root).read(earlier).topology();
        } finally {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** A function that was found again has the sizes that it had before it was removed. */
    private Topology withKnownSizes(Topology after, Topology before) {
        return after.map(function -> {
            PciFunction known = before.find(function.address()).orElse(detached.get(function.address()));
            if (known == null || !known.ids().equals(function.ids())) {
                return function;
            }
            List<Resource> rows = new ArrayList<>(function.resources());
            for (Resource had : known.resources()) {
                Optional<Resource> has = function.resource(had.index());
                if (has.isEmpty() && !had.isWindow()) {
                    rows.add(Resource.unassigned(had.index(), had.kind(), 0, had.size(), had.hardware()));
                } else if (has.isPresent() && has.get().size().isEmpty() && !had.isWindow()) {
                    rows.replaceAll(r -> r.index() == had.index() ? r.withSize(had.size()) : r);
                }
            }
            rows.sort(Comparator.comparingInt(Resource::index));
            return function.withResources(rows);
        });
    }

    private void add(
            int index, Recording.Step step, Topology before, GuestView viewBefore, Topology after, GuestView view) {
        List<PciFunction> plugged = plugged(step, before, after);
        Topology whole = before.with(
                before.functions(),
                detached.values().stream()
                        .sorted(Comparator.comparing(PciFunction::address))
                        .toList());
        Observed seen = Observed.real(view, after);
        triples.add(new Triple(
                recording.head().nameOf(index),
                whole,
                step.action(),
                plugged,
                seen,
                new Lost(view).noRoom(after),
                Lost.harmed(step.action(), before, Observed.real(viewBefore, before), seen)));
        follow(step, before, after);
    }

    /** The functions below the port of a hot-plug, or in the slot that it names, parents first. */
    private static List<PciFunction> plugged(Recording.Step step, Topology before, Topology after) {
        if (!step.action().startsWith("hotplug")) {
            return List.of();
        }
        String place = step.action().replaceFirst("hotplug(-acpi)?:", "").replace(":@", "");
        List<PciFunction> below = new ArrayList<>();
        if (place.contains(".")) {
            below.addAll(after.subtree(PciAddress.parse(place)));
            below.remove(0);
        } else {
            after.functions().stream()
                    .filter(f -> f.address().toString().startsWith(place + "."))
                    .forEach(f -> below.addAll(after.subtree(f.address())));
        }
        below.removeIf(f -> before.find(f.address()).isPresent() || f.isVirtualFunction());
        return below;
    }

    private void follow(Recording.Step step, Topology before, Topology after) {
        if (step.action().matches("unplug-acpi:[^.]*")) {
            String slot = step.action().replace("unplug-acpi:", "");
            before.functions().stream()
                    .filter(f -> f.address().toString().startsWith(slot + "."))
                    .forEach(this::dropBehindBridge);
            detached.keySet().removeIf(a -> a.toString().startsWith(slot + "."));
        } else if (step.action().startsWith("unplug")) {
            PciAddress port = PciAddress.parse(step.action().replaceFirst("unplug(-acpi)?:", ""));
            int below = before.get(port).bridge().orElseThrow().secondary();
            dropBehind(port.domain(), below);
            before.subtree(port).stream().skip(1).forEach(f -> dropBehindBridge(f));
        } else {
            for (PciFunction function : before.functions()) {
                if (after.find(function.address()).isEmpty() && !function.isVirtualFunction()) {
                    detached.put(function.address(), function);
                }
            }
        }
        after.functions().forEach(f -> detached.remove(f.address()));
    }

    private void dropBehindBridge(PciFunction function) {
        function.bridge().ifPresent(b -> dropBehind(function.address().domain(), b.secondary()));
    }

    private void dropBehind(int domain, int bus) {
        Set<PciAddress> gone = new HashSet<>();
        for (PciFunction function : detached.values()) {
            if (function.address().domain() == domain && function.address().bus() == bus) {
                gone.add(function.address());
            }
        }
        for (PciAddress address : gone) {
            PciFunction function = detached.remove(address);
            if (function != null) {
                dropBehindBridge(function);
            }
        }
    }
}
