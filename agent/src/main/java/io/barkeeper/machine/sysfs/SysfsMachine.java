package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Hindrance;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.IoMap;
import io.barkeeper.snapshot.MalformedTextException;
import io.barkeeper.snapshot.SlotMessage;
import io.barkeeper.snapshot.TreeContradictions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The machine below a root directory, through sysfs and procfs. Effects are carried out one at a time. */
public final class SysfsMachine implements Machine {

    /** What a machine may be used for. */
    public enum Access {
        /** Nothing is ever written: a captured tree, or the {@code observe} mode. */
        READ_ONLY,
        READ_WRITE
    }

    /** What a remove takes with it: {@code aspm_ctrl_attrs} of the kernel are those below link. */
    private static final List<String> FORGOTTEN = List.of(
            "driver_override",
            "power/control",
            "d3cold_allowed",
            "link/clkpm",
            "link/l0s_aspm",
            "link/l1_aspm",
            "link/l1_1_aspm",
            "link/l1_2_aspm",
            "link/l1_1_pcipm",
            "link/l1_2_pcipm");

    private final SysfsPaths paths;
    private final TopologySource source;
    private final Access access;
    private final EffectWriter effects;
    private final SlotLog slots = SlotLog.ofKernel();
    private final Set<DeviceNode.Id> claimed = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Topology> earlier = new AtomicReference<>();

    /**
     * @param root {@code /}, or a directory that holds {@code sys}, {@code proc} and {@code dev}
     * @param source reads the tree below the same root
     */
    public SysfsMachine(Path root, TopologySource source, Access access, Deadlines deadlines) {
        this.paths = new SysfsPaths(root.toAbsolutePath().normalize());
        this.source = source;
        this.access = access;
        this.effects = new EffectWriter(paths, access, deadlines, claimed);
    }

    /**
     * The machine below a root, read by {@link SysfsReader}, with the usual deadlines.
     *
     * @throws MachineException when there is none
     */
    public static SysfsMachine open(Path root, Access access) throws MachineException {
        return new SysfsMachine(root, SysfsReader.open(root), access, Deadlines.DEFAULT);
    }

    @Override
    public Topology observe() throws MachineException {
        return read().topology();
    }

    /**
     * Like {@link #observe}, with what could not be read.
     *
     * @throws MachineException as {@link #observe}
     */
    public Observation read() throws MachineException {
        Observation now = source.read(Optional.ofNullable(earlier.get()));
        earlier.set(now.topology());
        return now;
    }

    @Override
    public Usage usage(Topology topology, Collection<PciAddress> functions) throws MachineException {
        return Inspection.usage(paths, functions, claimed);
    }

    @Override
    public Map<String, String> settings(Collection<PciAddress> functions) {
        Map<String, String> values = new TreeMap<>();
        for (PciAddress function : functions) {
            for (String name : FORGOTTEN) {
                SysfsPaths.text(paths.device(function).resolve(name))
                        .ifPresent(v -> values.put("devices/" + function + "/" + name, v));
            }
        }
        SysfsPaths.text(paths.bus().resolve("resource_alignment")).ifPresent(v -> values.put("resource_alignment", v));
        return values;
    }

    @Override
    public Map<PciAddress, Integer> payloads(Collection<PciAddress> functions) {
        return PayloadSizes.of(paths, functions);
    }

    @Override
    public Set<PciAddress> emptySlots(Collection<PciAddress> ports, Set<PciAddress> watched) {
        return SlotPresence.emptyOf(paths, ports, watched);
    }

    @Override
    public List<Hindrance> hindrances(Topology now, Collection<PciAddress> scope) {
        return new Hindrances(paths).of(now, scope);
    }

    @Override
    public List<TreeContradictions.Contradiction> contradictions(Topology now) {
        List<TreeContradictions.Contradiction> found = new ArrayList<>(TreeContradictions.of(map("iomem"), false, now));
        found.addAll(TreeContradictions.of(map("ioports"), true, now));
        return found;
    }

    private IoMap map(String name) {
        try {
            return IoMap.parse(SysfsPaths.text(paths.proc().resolve(name)).orElse(""));
        } catch (MalformedTextException e) {
            return IoMap.unreadable(); // whoever reads the whole machine tells of it
        }
    }

    @Override
    public Optional<Hindrance> goingDown() {
        return isLive() ? Hindrances.systemState() : Optional.empty();
    }

    @Override
    public Vigil vigil(String why) {
        return isLive() ? SleepInhibitor.take(why) : () -> {};
    }

    private boolean isLive() {
        return paths.root().equals(Path.of("/"));
    }

    @Override
    public boolean configWritable() {
        return Lockdown.of(paths).isEmpty();
    }

    /** The log of this machine; a captured tree has no news. */
    @Override
    public Optional<List<SlotMessage>> slotMessages() {
        return isLive() ? slots.news() : Optional.empty();
    }

    @Override
    public void recall(Topology seenEarlier) {
        earlier.set(seenEarlier);
    }

    @Override
    public Outcome perform(Effect effect) {
        if (effect instanceof Effect.RunHook hook && access == Access.READ_WRITE) {
            // Also when a write is stuck: whoever has let go of a device is told that it does not come back.
            return HookProcess.run(hook);
        }
        return effects.carryOut(effect);
    }

    /** A write that is stuck keeps its thread and its claims: closing does not wait for it. */
    @Override
    public void close() {
        source.close();
        slots.close();
        earlier.set(null);
    }
}
