package io.barkeeper.machine.simulated;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.machine.Attributes;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Hindrance;
import io.barkeeper.machine.Machine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Hooks;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.SlotMessage;
import io.barkeeper.snapshot.TreeContradictions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * A machine that is a topology and a kernel model: the double of the real one in tests, and the whole machine of a daemon
 * that simulates. Effects become actions of the model; drivers, disks and services, which the model does not place, come
 * back as a kernel would bring them. Safe for several threads.
 */
public final class SimulatedMachine implements Machine {

    private static final int NO_SUCH_DEVICE = 19;
    private static final int BUSY = 16;
    private static final int NO_SUCH_FILE = 2;
    private static final String ALIGNMENT = "resource_alignment";

    private final KernelModel model;
    private final Personality personality;
    private final Map<PciAddress, List<Holder>> users = new HashMap<>();
    private final Set<PciAddress> freedByHook = new HashSet<>();
    private final Map<String, String> settings = new TreeMap<>();
    private final List<Fault> faults = new ArrayList<>();
    private final List<Effect> performed = new ArrayList<>();
    private final List<Hindrance> hindrances = new ArrayList<>();
    private final List<TreeContradictions.Contradiction> contradictions = new ArrayList<>();
    private final List<SlotMessage> slots = new ArrayList<>();
    private final List<HintListener> listeners = new CopyOnWriteArrayList<>();
    /** Sizes that the kernel no longer shows and nobody has asked for. */
    private final Set<ResourceId> wiped = new HashSet<>();

    private final Set<ResourceId> resizable = new HashSet<>();
    private final Map<PciAddress, Integer> payloads = new TreeMap<>();

    private Topology topology;
    private int count;
    private boolean stuck;
    private boolean unreadable;

    public SimulatedMachine(Topology topology, KernelModel model) {
        this.topology = topology;
        this.model = model;
        this.personality = new Personality(topology);
    }

    /** Something goes wrong later. */
    public synchronized void plan(Fault fault) {
        faults.add(fault);
    }

    /** Somebody uses a device from now on; an empty list ends it. */
    public synchronized void setUsers(PciAddress address, List<Holder> holders) {
        users.put(address, List.copyOf(holders));
    }

    /** The before-quiesce hook of a device, which is not run here, ends its use. */
    public synchronized void freedByHook(PciAddress address) {
        freedByHook.add(address);
    }

    /** Hears of everything that arrives, leaves, is bound or unbound. */
    public void listen(HintListener listener) {
        listeners.add(listener);
    }

    /** An event of the hardware, or a write by somebody else. Listeners hear of it before this returns. */
    public Prediction inject(Action action) {
        Topology before;
        Prediction prediction;
        Topology after;
        synchronized (this) {
            before = topology;
            prediction = model.apply(topology, action);
            topology = personality.settle(prediction.after());
            after = topology;
            if (action instanceof Action.Hotplug hotplug && !hotplug.acpi()) {
                slots.add(new SlotMessage(hotplug.port(), SlotMessage.What.CARD));
            }
        }
        announce(before, after);
        return prediction;
    }

    /** Everything that was asked for, in order, whatever came of it. */
    public synchronized List<Effect> performed() {
        return List.copyOf(performed);
    }

    /** A text that the simulated attribute below {@code /sys/bus/pci} holds. */
    public synchronized Optional<String> setting(String path) {
        return Optional.ofNullable(settings.get(path));
    }

    @Override
    public synchronized Topology observe() throws MachineException {
        if (unreadable) {
            throw new MachineException("BK-UNREADABLE", "the simulated machine cannot be read");
        }
        return topology.map(f -> f.withResources(f.resources().stream()
                .map(r -> wiped.contains(new ResourceId(f.address(), r.index())) ? r.withSize(OptionalLong.empty()) : r)
                .toList()));
    }

    /** From now on the size of an unassigned BAR is shown only to who has asked the BAR itself. */
    public synchronized void wipe(ResourceId id) {
        wiped.add(id);
    }

    @Override
    public synchronized void recall(Topology earlier) {
        wiped.removeIf(id -> earlier.find(id.address())
                .flatMap(f -> f.resource(id.index()))
                .map(r -> r.size().isPresent())
                .orElse(false));
    }

    /** The attribute below {@code /sys/bus/pci} of a device, until it is removed. */
    public synchronized void set(String path, String value) {
        settings.put(path, value);
    }

    @Override
    public synchronized Map<String, String> settings(Collection<PciAddress> functions) {
        Map<String, String> found = new TreeMap<>(settings);
        found.keySet().removeIf(p -> functions.stream().noneMatch(f -> p.startsWith("devices/" + f + "/")));
        found.put(ALIGNMENT, topology.resourceAlignment());
        return found;
    }

    @Override
    public synchronized Set<PciAddress> emptySlots(Collection<PciAddress> ports, Set<PciAddress> watched) {
        return ports.stream()
                .filter(p -> personality.isPulled(p) && topology.find(p).isPresent())
                .collect(Collectors.toSet());
    }

    /** What binds to a device by itself when it is found without a driver_override; without this, what is bound now. */
    public synchronized void matches(PciAddress address, String driver) {
        personality.matches(address, driver);
    }

    /** Says that a BAR can be resized. */
    public synchronized void resizable(ResourceId bar) {
        resizable.add(bar);
    }

    /** From now on this is the Max_Payload_Size of a device, bytes. */
    public synchronized void payload(PciAddress address, int bytes) {
        payloads.put(address, bytes);
    }

    @Override
    public synchronized Map<PciAddress, Integer> payloads(Collection<PciAddress> functions) {
        Map<PciAddress, Integer> found = new TreeMap<>(payloads);
        found.keySet().retainAll(Set.copyOf(functions));
        return found;
    }

    @Override
    public synchronized Usage usage(Topology asked, Collection<PciAddress> functions) {
        Map<PciAddress, List<Holder>> holders = new HashMap<>();
        functions.forEach(f -> holders.put(f, users.getOrDefault(f, List.of())));
        return new Usage(holders);
    }

    /** From now on this stands in the way of every step. */
    public synchronized void hinder(Hindrance hindrance) {
        hindrances.add(hindrance);
    }

    @Override
    public synchronized List<Hindrance> hindrances(Topology now, Collection<PciAddress> scope) {
        return List.copyOf(hindrances);
    }

    @Override
    public synchronized List<TreeContradictions.Contradiction> contradictions(Topology now) {
        return List.copyOf(contradictions);
    }

    @Override
    public synchronized Optional<List<SlotMessage>> slotMessages() {
        List<SlotMessage> news = List.copyOf(slots);
        slots.clear();
        return Optional.of(news);
    }

    @Override
    public Outcome perform(Effect effect) {
        Topology before;
        Topology after;
        Outcome outcome;
        synchronized (this) {
            before = topology;
            outcome = performNow(effect);
            after = topology;
        }
        announce(before, after);
        return outcome;
    }

    private Outcome performNow(Effect effect) {
        performed.add(effect);
        if (stuck && !(effect instanceof Effect.RunHook)) {
            return new Outcome.Stuck("an earlier write");
        }
        if (Fault.counts(effect)) {
            count++;
            for (Fault fault : List.copyOf(faults)) {
                Optional<Outcome> end = fault.at() == count ? meet(fault, effect) : Optional.empty();
                if (end.isPresent()) {
                    return end.get();
                }
            }
        }
        return doIt(effect);
    }

    /** What a fault makes of an effect; empty when the effect goes on. */
    private Optional<Outcome> meet(Fault fault, Effect effect) {
        if (fault.what() instanceof Fault.Refused refused) {
            return Optional.of(new Outcome.Failed(refused.errno(), effect + ": errno " + refused.errno()));
        }
        if (fault.what() instanceof Fault.NeverReturns) {
            stuck = true;
            return Optional.of(new Outcome.Stuck(effect.toString()));
        }
        if (fault.what() instanceof Fault.Hindered hindered) {
            hindrances.add(hindered.hindrance());
        } else if (fault.what() instanceof Fault.CorruptTree corrupt) {
            contradictions.add(new TreeContradictions.Contradiction(
                    corrupt.subject(), corrupt.subject() + " is in sysfs and not in the resource tree"));
        } else if (fault.what() instanceof Fault.Unreadable) {
            unreadable = true;
        } else if (fault.what() instanceof Fault.ComesIntoUse use) {
            users.put(use.address(), List.of(new Holder(Holder.Kind.MOUNT, "/simulated", "")));
        } else if (fault.what() instanceof Fault.Arrives arrives) {
            boolean there = topology.find(arrives.hotplug().port())
                    .map(Personality::hasService)
                    .orElse(false);
            topology = there
                    ? personality.settle(
                            model.apply(topology, arrives.hotplug()).after())
                    : topology;
        } else if (fault.what() instanceof Fault.IsBoundAgain bound) {
            topology = personality.bindAgain(topology, bound.address());
        } else if (fault.what() instanceof Fault.PulledOut pulled) {
            topology = personality.pull(topology, pulled.port());
        } else if (fault.what() instanceof Fault.Vanishes gone) {
            topology = personality.vanish(topology, gone.address());
        } else {
            personality.learn(fault.what());
        }
        return Optional.empty();
    }

    private Outcome doIt(Effect effect) {
        if (effect instanceof Effect.Quiesce quiesce) {
            List<Holder> holders = users.getOrDefault(quiesce.address(), List.of());
            return holders.isEmpty() ? act(new Action.Unbind(quiesce.address())) : new Outcome.Vetoed(holders);
        }
        if (effect instanceof Effect.Act act) {
            return act(act.action());
        }
        if (effect instanceof Effect.RestoreOverride restore) {
            return restore(restore);
        }
        if (effect instanceof Effect.UnbindPciehp unbind) {
            return service(unbind.port(), false);
        }
        if (effect instanceof Effect.BindPciehp bind) {
            return service(bind.port(), true);
        }
        if (effect instanceof Effect.HoldAwake hold) {
            return holdAwake(hold);
        }
        if (effect instanceof Effect.PutBack putBack) {
            settings.putAll(putBack.values());
            String alignment = putBack.values().get(ALIGNMENT);
            topology = alignment == null ? topology : topology.withResourceAlignment(alignment);
            return Outcome.done();
        }
        if (effect instanceof Effect.RunHook hook) {
            if (hook.moment() == Hooks.Moment.BEFORE_QUIESCE && freedByHook.contains(hook.address())) {
                users.remove(hook.address());
            }
            return Outcome.done();
        }
        if (effect instanceof Effect.ProbeBarSize probe) {
            return probe(probe);
        }
        return await(effect);
    }

    private Outcome act(Action action) {
        Optional<PciAddress> subject = Personality.subject(action);
        if (subject.isPresent() && topology.find(subject.get()).isEmpty()) {
            return new Outcome.Failed(NO_SUCH_DEVICE, action + ": no such device");
        }
        if (action instanceof Action.Resize resize
                && !resizable.contains(new ResourceId(resize.address(), resize.bar()))) {
            return new Outcome.Failed(NO_SUCH_FILE, action + ": no such attribute");
        }
        if (action instanceof Action.Bind bind) {
            if (topology.get(bind.address()).driver().isPresent()) {
                return new Outcome.Failed(BUSY, action + ": has a driver");
            }
            if (personality.refusesDriver(bind.address())) {
                return new Outcome.Failed(NO_SUCH_DEVICE, action + ": the driver does not take it");
            }
        }
        topology = personality.settle(model.apply(topology, action).after(), action);
        if (action instanceof Action.Remove remove) {
            if (settings.containsKey("devices/" + remove.address() + "/driver_override")) {
                personality.forgetOverride(remove.address());
            }
            settings.keySet().removeIf(p -> p.startsWith("devices/" + remove.address() + "/"));
        }
        return Outcome.done();
    }

    private Outcome restore(Effect.RestoreOverride restore) {
        Optional<PciFunction> function = topology.find(restore.address());
        if (function.isEmpty()) {
            return new Outcome.Done("it has gone");
        }
        Optional<String> bound = function.get().driver();
        if (bound.isPresent() && !bound.get().equals(restore.driver())) {
            Outcome freed = doIt(new Effect.Quiesce(restore.address()));
            if (!(freed instanceof Outcome.Done)) {
                return freed;
            }
        }
        settings.put("devices/" + restore.address() + "/driver_override", restore.override());
        boolean binds = !restore.driver().isEmpty()
                && topology.get(restore.address()).driver().isEmpty();
        return binds ? act(new Action.Bind(restore.address(), restore.driver())) : Outcome.done();
    }

    private Outcome service(PciAddress port, boolean bound) {
        if (topology.find(port).flatMap(PciFunction::bridge).isEmpty()) {
            return new Outcome.Failed(NO_SUCH_DEVICE, port + ": no such port");
        }
        topology = topology.map(f -> f.address().equals(port) ? Personality.withService(f, bound) : f);
        return Outcome.done();
    }

    private Outcome holdAwake(Effect.HoldAwake hold) {
        Map<String, String> prior = new TreeMap<>();
        for (PciAddress bridge : hold.bridges()) {
            String path = "devices/" + bridge + "/power/control";
            prior.put(path, settings.getOrDefault(path, "auto"));
            settings.put(path, "on");
        }
        return new Outcome.Done(Attributes.format(prior));
    }

    private Outcome probe(Effect.ProbeBarSize probe) {
        return topology.find(probe.address())
                .flatMap(f -> f.resource(probe.bar()))
                .filter(r -> r.size().isPresent())
                .<Outcome>map(
                        r -> new Outcome.Done(Long.toUnsignedString(r.size().getAsLong())))
                .orElse(new Outcome.Failed(0, probe.address() + " has no BAR " + probe.bar()));
    }

    /** Nothing comes later by itself here, so what is not there now is not waited for. */
    private Outcome await(Effect effect) {
        Set<String> missing = new HashSet<>();
        if (effect instanceof Effect.AwaitDrivers await) {
            await.drivers().forEach((address, driver) -> {
                if (!topology.find(address).flatMap(PciFunction::driver).equals(Optional.of(driver))) {
                    missing.add(driver + " on " + address);
                }
            });
        } else if (effect instanceof Effect.AwaitAttachments await) {
            await.identities().forEach((address, wanted) -> {
                List<String> there = topology.find(address).map(PciFunction::attachments).orElse(List.of()).stream()
                        .map(a -> a.identity())
                        .toList();
                wanted.stream().filter(w -> !there.contains(w)).forEach(w -> missing.add(w + " on " + address));
            });
        }
        return missing.isEmpty() ? Outcome.done() : new Outcome.Failed(110, "still missing: " + missing);
    }

    private void announce(Topology before, Topology after) {
        for (PciFunction was : before.functions()) {
            if (after.find(was.address()).isEmpty()) {
                hint("remove", was.address());
            }
        }
        for (PciFunction is : after.functions()) {
            Optional<PciFunction> was = before.find(is.address());
            if (was.isEmpty()) {
                hint("add", is.address());
            }
            Optional<String> driver = was.flatMap(PciFunction::driver);
            if (!driver.equals(is.driver())) {
                hint(is.driver().isPresent() ? "bind" : "unbind", is.address());
            }
        }
    }

    private void hint(String action, PciAddress address) {
        listeners.forEach(l -> l.hint(action, address));
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
