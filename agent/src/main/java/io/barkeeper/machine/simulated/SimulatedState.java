package io.barkeeper.machine.simulated;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.machine.Attributes;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Hooks;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a simulated machine consists of, and what becomes of it when an effect is carried out: writes to sysfs become actions
 * of the kernel model, and what the model does not place (attributes, users, services) is kept beside the tree. Knows nothing
 * of faults. Not safe for several threads; the machine around it is.
 */
final class SimulatedState {

    private static final int NO_SUCH_DEVICE = 19;
    private static final int BUSY = 16;
    private static final int NO_SUCH_FILE = 2;
    private static final int TIMED_OUT = 110;
    private static final String ALIGNMENT = "resource_alignment";

    private final KernelModel model;
    private final Personality personality;
    private final Map<PciAddress, List<Holder>> users = new HashMap<>();
    private final Set<PciAddress> freedByHook = new HashSet<>();
    private final Map<String, String> settings = new TreeMap<>();
    private final Set<ResourceId> resizable = new HashSet<>();

    private Topology topology;

    SimulatedState(Topology topology, KernelModel model) {
        this.topology = topology;
        this.model = model;
        this.personality = new Personality(topology);
    }

    Topology topology() {
        return topology;
    }

    Personality personality() {
        return personality;
    }

    void setUsers(PciAddress address, List<Holder> holders) {
        users.put(address, List.copyOf(holders));
    }

    List<Holder> usersOf(PciAddress address) {
        return users.getOrDefault(address, List.of());
    }

    void freedByHook(PciAddress address) {
        freedByHook.add(address);
    }

    void resizable(ResourceId bar) {
        resizable.add(bar);
    }

    void set(String path, String value) {
        settings.put(path, value);
    }

    Optional<String> setting(String path) {
        return Optional.ofNullable(settings.get(path));
    }

    /** What the kernel holds by itself for these functions, and for all: texts by path below {@code /sys/bus/pci}. */
    Map<String, String> settings(Collection<PciAddress> functions) {
        Map<String, String> found = new TreeMap<>(settings);
        found.keySet().removeIf(p -> functions.stream().noneMatch(f -> p.startsWith("devices/" + f + "/")));
        found.put(ALIGNMENT, topology.resourceAlignment());
        return found;
    }

    /** An action that nobody asked this machine for: an event of the hardware, or a write by somebody else. */
    Prediction happen(Action action) {
        Prediction prediction = model.apply(topology, action);
        topology = personality.settle(prediction.after());
        return prediction;
    }

    /** A driver takes a device back that had been unbound. */
    void bindAgain(PciAddress address) {
        topology = personality.bindAgain(topology, address);
    }

    /** The card in a port is pulled out, and the port knows it. */
    void pull(PciAddress port) {
        topology = personality.pull(topology, port);
    }

    /** A device no longer answers. */
    void vanish(PciAddress address) {
        topology = personality.vanish(topology, address);
    }

    Outcome carryOut(Effect effect) {
        if (effect instanceof Effect.Quiesce quiesce) {
            List<Holder> holders = usersOf(quiesce.address());
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
            Outcome freed = carryOut(new Effect.Quiesce(restore.address()));
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
        return missing.isEmpty() ? Outcome.done() : new Outcome.Failed(TIMED_OUT, "still missing: " + missing);
    }
}
