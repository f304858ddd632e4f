package io.barkeeper.kernel.trust;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.DeviceSpec;
import io.barkeeper.kernel.trust.Between.Notice;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells from two looks and the uevents between them what the kernel did by itself, one step after the other.
 *
 * <p>The kernel adds and removes under one lock ({@code pci_lock_rescan_remove}), so the uevents of one arrival stand
 * together: everything below one slot. Removals that follow one another commute, and it does not matter whether a device
 * was pulled out or removed through sysfs: the rest of the machine stays as it is either way. An arrival is another
 * matter, since a rescan by hand finds a device as well and assigns differently. It counts as the kernel's own only
 * where the slot's driver said so in the kernel log ({@code pciehp_handle_presence_or_link_change()}: "Card present",
 * "Link Up"), or where {@code acpiphp}, which says nothing, is the only driver that the slot has.
 */
final class Story {

    /** The story cannot be told. */
    static final class Unclear extends Exception {

        private static final long serialVersionUID = 1L;

        Unclear(String why) {
            super(why, null, false, false);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    private final Topology before;
    private final Topology after;
    private final Between between;
    private final List<Step> steps = new ArrayList<>();
    /** Who is there at this point of the story, with what is above. */
    private final Map<PciAddress, PciFunction> present = new HashMap<>();

    private final Set<PciAddress> arrived = new HashSet<>();

    private Story(Topology before, Topology after, Between between) {
        this.before = before;
        this.after = after;
        this.between = between;
        before.functions().forEach(f -> present.put(f.address(), f));
    }

    /**
     * The steps in their order; none when nobody came or went.
     *
     * @throws Unclear when looks and uevents do not tell
     */
    static List<Step> tell(Topology before, Topology after, Between between) throws Unclear {
        Story story = new Story(before, after, between);
        List<Notice> run = new ArrayList<>();
        for (Notice notice : between.notices()) {
            if (!run.isEmpty() && !story.belongs(run, notice)) {
                story.add(run);
                run.clear();
            }
            run.add(notice);
        }
        if (!run.isEmpty()) {
            story.add(run);
        }
        story.check();
        return story.steps;
    }

    /** Whether a notice tells of the same event as those before it. */
    private boolean belongs(List<Notice> run, Notice notice) {
        if (run.get(0).arrived() != notice.arrived()) {
            return false;
        }
        if (!notice.arrived()) {
            return true;
        }
        PciAddress first = run.get(0).function();
        PciAddress next = notice.function();
        boolean sameSlot =
                first.domain() == next.domain() && first.bus() == next.bus() && first.device() == next.device();
        return sameSlot
                || after.find(next)
                        .flatMap(PciFunction::parent)
                        .filter(p -> run.stream().anyMatch(n -> n.function().equals(p)))
                        .isPresent();
    }

    private void add(List<Notice> run) throws Unclear {
        if (run.get(0).arrived()) {
            arrive(run);
        } else {
            leave(run);
        }
    }

    private void leave(List<Notice> run) throws Unclear {
        Set<PciAddress> gone = new TreeSet<>();
        for (Notice notice : run) {
            if (!present.containsKey(notice.function())) {
                throw new Unclear(notice.function() + " was removed, which was not there");
            }
            if (arrived.contains(notice.function())) {
                throw new Unclear(notice.function() + " came and went");
            }
            gone.add(notice.function());
        }
        Map<PciAddress, List<PciFunction>> byPort = new LinkedHashMap<>();
        List<PciFunction> onRootBus = new ArrayList<>();
        for (PciAddress address : gone) {
            PciFunction function = before.get(address);
            if (function.isVirtualFunction()) {
                if (!function.physicalFunction().map(gone::contains).orElse(false)) {
                    throw new Unclear("virtual functions went, which is their driver's doing");
                }
            } else if (function.parent().isEmpty()) {
                onRootBus.add(function);
            } else if (!gone.contains(function.parent().get())) {
                byPort.computeIfAbsent(function.parent().get(), p -> new ArrayList<>())
                        .add(function);
            }
        }
        gone.forEach(present::remove);
        onRootBus.forEach(f -> steps.add(new Step(new Action.Remove(f.address()), List.of())));
        byPort.forEach(this::departure);
    }

    private void departure(PciAddress port, List<PciFunction> roots) {
        Bridge bridge = before.get(port).bridge().orElseThrow();
        boolean slot = bridge.pciehp() || bridge.slot().isPresent();
        boolean emptied = present.values().stream().noneMatch(f -> f.parent().equals(Optional.of(port)));
        if (slot && emptied) {
            steps.add(new Step(new Action.Unplug(port, !bridge.pciehp()), List.of()));
        } else {
            roots.forEach(root -> steps.add(new Step(new Action.Remove(root.address()), List.of())));
        }
    }

    private void arrive(List<Notice> run) throws Unclear {
        List<PciFunction> plugged = new ArrayList<>();
        for (Notice notice : run) {
            PciAddress address = notice.function();
            if (present.containsKey(address)) {
                throw new Unclear(address + " was added, which was there already");
            }
            PciFunction function = after.find(address).orElseThrow(() -> new Unclear(address + " came and went"));
            if (function.isVirtualFunction()) {
                throw new Unclear("virtual functions came, which is their driver's doing");
            }
            for (Resource resource : function.resources()) {
                if (resource.size().isEmpty()) {
                    throw new Unclear("the size of " + resource.name() + " of " + address + " is unknown");
                }
            }
            present.put(address, function);
            arrived.add(address);
            plugged.add(function);
        }
        PciAddress port = plugged.get(0)
                .parent()
                .orElseThrow(() -> new Unclear(plugged.get(0).address() + " came on a root bus, which has no slot"));
        PciFunction above = before.find(port)
                .filter(f -> !arrived.contains(port))
                .orElseThrow(() -> new Unclear("the port " + port + " is itself new"));
        DeviceSpec device = new DeviceSpec(List.of(), plugged, "@plugged");
        steps.add(new Step(new Action.Hotplug(port, device, throughAcpi(above)), plugged));
    }

    /** Which driver has the slot; it must have been the slot's driver that found the device. */
    private boolean throughAcpi(PciFunction port) throws Unclear {
        Bridge bridge = port.bridge().orElseThrow(() -> new Unclear(port.address() + " is no bridge"));
        if (between.announced().isEmpty()) {
            throw new Unclear("the kernel log does not tell whether the slot of " + port.address()
                    + " found the device, or somebody who rescanned by hand");
        }
        if (bridge.pciehp()) {
            if (!between.announced().get().contains(port.address())) {
                throw new Unclear("the slot of " + port.address()
                        + " did not say that a card is there: somebody rescanned by hand");
            }
            return false;
        }
        if (bridge.slot().isEmpty()) {
            throw new Unclear("no hot-plug driver has the port " + port.address() + ": somebody rescanned by hand");
        }
        return true;
    }

    private void check() throws Unclear {
        for (PciFunction function : after.functions()) {
            PciFunction told = present.remove(function.address());
            if (told == null) {
                throw new Unclear("no uevent told that " + function.address() + " came");
            }
            if (!told.ids().equals(function.ids()) || !told.parent().equals(function.parent())) {
                throw new Unclear("no uevent told that " + function.address() + " is another device now");
            }
        }
        if (!present.isEmpty()) {
            throw new Unclear("no uevent told that " + new TreeSet<>(present.keySet()).first() + " went");
        }
        boolean acpi = steps.stream().anyMatch(s -> s.action() instanceof Action.Hotplug h && h.acpi());
        if (acpi && steps.size() > 1) {
            throw new Unclear("several things happened at once, and acpiphp does not say which of them it did");
        }
    }
}
