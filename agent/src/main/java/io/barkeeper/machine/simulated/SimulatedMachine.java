package io.barkeeper.machine.simulated;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
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
import java.util.stream.Collectors;

/**
 * A machine that is a topology and a kernel model: the double of the real one in tests, and the whole machine of a daemon
 * that simulates. Effects become actions of the model; drivers, disks and services, which the model does not place, come
 * back as a kernel would bring them. Safe for several threads.
 */
public final class SimulatedMachine implements Machine {

    private final SimulatedState state;
    private final Listeners listeners = new Listeners();
    private final List<Fault> faults = new ArrayList<>();
    private final List<Effect> performed = new ArrayList<>();
    private final List<Hindrance> hindrances = new ArrayList<>();
    private final List<TreeContradictions.Contradiction> contradictions = new ArrayList<>();
    private final List<SlotMessage> slots = new ArrayList<>();
    /** Sizes that the kernel no longer shows and nobody has asked for. */
    private final Set<ResourceId> wiped = new HashSet<>();

    private final Map<PciAddress, Integer> payloads = new TreeMap<>();

    private int count;
    private boolean stuck;
    private boolean unreadable;

    public SimulatedMachine(Topology topology, KernelModel model) {
        this.state = new SimulatedState(topology, model);
    }

    /** Something goes wrong later. */
    public synchronized void plan(Fault fault) {
        faults.add(fault);
    }

    /** Somebody uses a device from now on; an empty list ends it. */
    public synchronized void setUsers(PciAddress address, List<Holder> holders) {
        state.setUsers(address, holders);
    }

    /** The before-quiesce hook of a device, which is not run here, ends its use. */
    public synchronized void freedByHook(PciAddress address) {
        state.freedByHook(address);
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
            before = state.topology();
            prediction = state.happen(action);
            after = state.topology();
            if (action instanceof Action.Hotplug hotplug && !hotplug.acpi()) {
                slots.add(new SlotMessage(hotplug.port(), SlotMessage.What.CARD));
            }
        }
        listeners.announce(before, after);
        return prediction;
    }

    /** Everything that was asked for, in order, whatever came of it. */
    public synchronized List<Effect> performed() {
        return List.copyOf(performed);
    }

    /** A text that the simulated attribute below {@code /sys/bus/pci} holds. */
    public synchronized Optional<String> setting(String path) {
        return state.setting(path);
    }

    @Override
    public synchronized Topology observe() throws MachineException {
        if (unreadable) {
            throw new MachineException("BK-UNREADABLE", "the simulated machine cannot be read");
        }
        return state.topology()
                .map(f -> f.withResources(f.resources().stream()
                        .map(r -> wiped.contains(new ResourceId(f.address(), r.index()))
                                ? r.withSize(OptionalLong.empty())
                                : r)
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
        state.set(path, value);
    }

    @Override
    public synchronized Map<String, String> settings(Collection<PciAddress> functions) {
        return state.settings(functions);
    }

    @Override
    public synchronized Set<PciAddress> emptySlots(Collection<PciAddress> ports, Set<PciAddress> watched) {
        return ports.stream()
                .filter(p -> state.personality().isPulled(p)
                        && state.topology().find(p).isPresent())
                .collect(Collectors.toSet());
    }

    /** What binds to a device by itself when it is found without a driver_override; without this, what is bound now. */
    public synchronized void matches(PciAddress address, String driver) {
        state.personality().matches(address, driver);
    }

    /** Says that a BAR can be resized. */
    public synchronized void resizable(ResourceId bar) {
        state.resizable(bar);
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
        functions.forEach(f -> holders.put(f, state.usersOf(f)));
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
            before = state.topology();
            outcome = performNow(effect);
            after = state.topology();
        }
        listeners.announce(before, after);
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
        return state.carryOut(effect);
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
            state.setUsers(use.address(), List.of(new Holder(Holder.Kind.MOUNT, "/simulated", "")));
        } else if (fault.what() instanceof Fault.Arrives arrives) {
            arrive(arrives.hotplug());
        } else if (fault.what() instanceof Fault.IsBoundAgain bound) {
            state.bindAgain(bound.address());
        } else if (fault.what() instanceof Fault.PulledOut pulled) {
            state.pull(pulled.port());
        } else if (fault.what() instanceof Fault.Vanishes gone) {
            state.vanish(gone.address());
        } else {
            state.personality().learn(fault.what());
        }
        return Optional.empty();
    }

    /** Only a port with the hot-plug service notices a card. */
    private void arrive(Action.Hotplug hotplug) {
        Optional<PciFunction> port = state.topology().find(hotplug.port());
        if (port.map(Personality::hasService).orElse(false)) {
            state.happen(hotplug);
        }
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
