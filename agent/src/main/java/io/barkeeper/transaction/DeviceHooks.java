package io.barkeeper.transaction;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.Transcript;
import io.barkeeper.machine.Effect;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Hooks;
import io.barkeeper.policy.PolicyRules;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The hooks of the devices that one transaction takes out, and which of them are owed their end: who was told that it is
 * to be taken out is told how it ended, in this process or, after a crash, in the next.
 */
final class DeviceHooks {

    private static final String TOLD = "hook " + Hooks.Moment.BEFORE_QUIESCE.key() + " ";

    /** A device with hooks, and what they are told of it. */
    private record Device(Hooks hooks, Map<String, String> environment) {}

    private final Map<PciAddress, Device> devices = new TreeMap<>();
    private final Set<PciAddress> told = new LinkedHashSet<>();
    private final String transaction;

    private DeviceHooks(String transaction) {
        this.transaction = transaction;
    }

    /** The hooks of what a prior machine marks as released. */
    static DeviceHooks of(Prior prior, Topology topology, PolicyRules rules, String transaction) {
        DeviceHooks all = new DeviceHooks(transaction);
        for (var was : prior.released()) {
            Optional<PciFunction> function = topology.find(was.address())
                    .filter(f -> !f.isBridge() && !was.driver().isEmpty())
                    .map(f -> f.withDriver(Optional.of(was.driver())));
            function.map(f -> rules.hooksFor(topology, f))
                    .filter(h -> !h.isEmpty())
                    .ifPresent(h -> all.devices.put(
                            was.address(),
                            new Device(
                                    h,
                                    Map.of(
                                            "BARKEEPER_BDF", was.address().toString(),
                                            "BARKEEPER_PATH", was.path(),
                                            "BARKEEPER_DRIVER", was.driver(),
                                            "BARKEEPER_ID", was.ids(),
                                            "BARKEEPER_CLASS",
                                                    String.format(
                                                            "%06x",
                                                            function.get().classCode())))));
        }
        return all;
    }

    /** After a restart: who was told already, as the journal has it. */
    DeviceHooks toldBy(Transcript transcript) {
        transcript.entries().stream()
                .filter(Entry.Before.class::isInstance)
                .map(e -> ((Entry.Before) e).effect())
                .filter(e -> e.startsWith(TOLD))
                .forEach(e -> PciAddress.tryParse(e.substring(TOLD.length()).split(" ", 2)[0])
                        .ifPresent(told::add));
        return this;
    }

    /** What is to be run before the first write. From now on everybody with a hook is owed an end. */
    List<Effect.RunHook> beforeFirstWrite() {
        return devices.keySet().stream()
                .flatMap(a -> effect(a, Hooks.Moment.BEFORE_QUIESCE, "").stream())
                .toList();
    }

    /** It was told, or is being told. */
    void tells(PciAddress address) {
        told.add(address);
    }

    /** What is to be run when a driver has let go. */
    Optional<Effect.RunHook> quiesced(PciAddress address) {
        Optional<Effect.RunHook> effect = effect(address, Hooks.Moment.QUIESCED, "");
        effect.ifPresent(e -> told.add(address));
        return effect;
    }

    /** What is to be run when all is over. */
    List<Effect.RunHook> atTheEnd(Topology now, Verdict verdict) {
        return told.stream()
                .flatMap(a -> {
                    boolean bound = now.find(a).flatMap(PciFunction::driver).isPresent();
                    Hooks.Moment moment = bound ? Hooks.Moment.AFTER_REBIND : Hooks.Moment.FAILED;
                    return effect(a, moment, verdict.label()).stream();
                })
                .toList();
    }

    private Optional<Effect.RunHook> effect(PciAddress address, Hooks.Moment moment, String outcome) {
        Device device = devices.get(address);
        if (device == null || device.hooks().at(moment).isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> environment = new TreeMap<>(device.environment());
        environment.put("BARKEEPER_HOOK", moment.key());
        environment.put("BARKEEPER_TRANSACTION", transaction);
        if (!outcome.isEmpty()) {
            environment.put("BARKEEPER_OUTCOME", outcome);
        }
        return Optional.of(new Effect.RunHook(
                moment, address, device.hooks().at(moment), device.hooks().timeoutMicros(), environment));
    }
}
