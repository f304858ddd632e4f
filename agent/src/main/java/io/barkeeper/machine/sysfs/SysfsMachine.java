package io.barkeeper.machine.sysfs;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Hindrance;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.IoMap;
import io.barkeeper.snapshot.MalformedTextException;
import io.barkeeper.snapshot.SlotMessage;
import io.barkeeper.snapshot.TreeContradictions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
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
    private final Deadlines deadlines;
    private final AttributeWriter attributes;
    private final ConfigWriter config;
    private final BoundedCall calls = new BoundedCall();
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
        this.deadlines = deadlines;
        this.attributes = new AttributeWriter(paths);
        this.config = new ConfigWriter(paths);
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
        String stuck = calls.stuckIn();
        if (stuck != null) {
            return new Outcome.Stuck(stuck);
        }
        if (effect instanceof Effect.AwaitDrivers await) {
            return await(() -> missingDrivers(await.drivers()), deadlines.poll());
        }
        if (effect instanceof Effect.AwaitAttachments await) {
            return await(
                    () -> missingAttachments(await.identities()),
                    deadlines.poll().multipliedBy(5));
        }
        if (access == Access.READ_ONLY) {
            return new Outcome.Failed(Errno.EROFS, "this machine is read only: " + effect + " is not done");
        }
        if (effect instanceof Effect.RestoreOverride restore) {
            return restore(restore);
        }
        return effect instanceof Effect.Quiesce quiesce
                ? quiesce(quiesce.address())
                : calls.run(effect.toString(), deadline(effect), () -> write(effect));
    }

    private Duration deadline(Effect effect) {
        boolean rescans = effect instanceof Effect.Act act
                && (act.action() instanceof Action.RescanAll
                        || act.action() instanceof Action.Rescan
                        || act.action() instanceof Action.RescanBus);
        return rescans ? deadlines.rescan() : deadlines.write();
    }

    private Outcome write(Effect effect) {
        if (effect instanceof Effect.HoldAwake hold) {
            return attributes.holdAwake(hold.bridges());
        }
        if (effect instanceof Effect.PutBack putBack) {
            return attributes.putBack(putBack.values());
        }
        if (effect instanceof Effect.UnbindPciehp unbind) {
            return attributes.unbindPciehp(unbind.port());
        }
        if (effect instanceof Effect.BindPciehp bind) {
            return attributes.bindPciehp(bind.port());
        }
        if (effect instanceof Effect.ProbeBarSize probe) {
            return config.probe(probe.address(), probe.bar());
        }
        return effect instanceof Effect.Act act ? act(act.action()) : unknown(effect);
    }

    private Outcome act(Action action) {
        if (action instanceof Action.Unbind a) {
            return attributes.unbind(a.address());
        }
        if (action instanceof Action.Bind a) {
            return attributes.bind(a.address(), a.driver());
        }
        if (action instanceof Action.Decode a) {
            return config.decode(a);
        }
        if (action instanceof Action.Remove a) {
            return attributes.command(paths.device(a.address()).resolve("remove"));
        }
        if (action instanceof Action.RescanAll) {
            return attributes.command(paths.bus().resolve("rescan"));
        }
        if (action instanceof Action.Rescan a) {
            return attributes.command(paths.device(a.address()).resolve("rescan"));
        }
        if (action instanceof Action.RescanBus a) {
            String bus = String.format("sys/class/pci_bus/%04x:%02x/rescan", a.domain(), a.bus());
            return attributes.command(paths.root().resolve(bus));
        }
        if (action instanceof Action.Window a) {
            return config.window(a);
        }
        if (action instanceof Action.Align a) {
            return attributes.align(a);
        }
        if (action instanceof Action.Resize a) {
            return attributes.resize(a);
        }
        if (action instanceof Action.NumVfs a) {
            return attributes.numVfs(a.address(), a.count());
        }
        return action instanceof Action.Renumber a ? config.renumber(a.address()) : unknown(action);
    }

    private static Outcome unknown(Object what) {
        return new Outcome.Failed(0, what + " is an event of the hardware, nothing that can be written");
    }

    private Outcome restore(Effect.RestoreOverride restore) {
        Optional<String> bound = paths.driverOf(restore.address());
        boolean another = bound.isPresent() && !bound.get().equals(restore.driver());
        Outcome freed = another ? quiesce(restore.address()) : Outcome.done();
        return freed instanceof Outcome.Done
                ? calls.run(restore.toString(), deadlines.write(), () -> attributes.restore(restore))
                : freed;
    }

    /** Asks again, and keeps every disk claimed until the unbind has returned; while it is stuck they stay claimed. */
    private Outcome quiesce(PciAddress address) {
        DiskClaims claims = new DiskClaims(claimed);
        Outcome asked = calls.run("asking who uses " + address, deadlines.write(), () -> {
            List<Holder> holders = new UsageReader(paths).holders(address, claims);
            return holders.isEmpty() ? Outcome.done() : new Outcome.Vetoed(holders);
        });
        Outcome outcome = asked instanceof Outcome.Done
                ? calls.run("unbind " + address, deadlines.write(), () -> attributes.unbind(address))
                : asked;
        if (!(outcome instanceof Outcome.Stuck)) {
            claims.close();
        }
        return outcome;
    }

    /** Looks again and again until nothing is missing or the deadline has passed. */
    private Outcome await(Supplier<List<String>> missing, Duration pause) {
        long end = System.nanoTime() + deadlines.await().toNanos();
        while (true) {
            List<String> left = missing.get();
            if (left.isEmpty()) {
                return Outcome.done();
            }
            if (System.nanoTime() - end >= 0) {
                return new Outcome.Failed(
                        Errno.ETIMEDOUT,
                        "after " + deadlines.await().toMillis() + " ms still missing: " + String.join(", ", left));
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Outcome.Failed(Errno.EINTR, "interrupted while waiting for: " + String.join(", ", left));
            }
        }
    }

    private List<String> missingDrivers(Map<PciAddress, String> drivers) {
        List<String> missing = new ArrayList<>();
        new TreeMap<>(drivers).forEach((address, driver) -> {
            if (!paths.driverOf(address).equals(Optional.of(driver))) {
                missing.add(driver + " on " + address);
            }
        });
        return missing;
    }

    private List<String> missingAttachments(Map<PciAddress, List<String>> identities) {
        List<String> missing = new ArrayList<>();
        Map<PciAddress, List<Attachment>> now = new AttachmentSource(new SysfsTree(paths.root())).read();
        new TreeMap<>(identities).forEach((address, wanted) -> {
            List<String> there = new ArrayList<>();
            now.getOrDefault(address, List.of()).forEach(a -> there.add(a.identity()));
            wanted.stream().filter(w -> !there.remove(w)).forEach(w -> missing.add(w + " on " + address));
        });
        return missing;
    }

    /** A write that is stuck keeps its thread and its claims: closing does not wait for it. */
    @Override
    public void close() {
        source.close();
        slots.close();
        earlier.set(null);
    }
}
