package io.barkeeper.transaction;

import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Machine;
import io.barkeeper.pci.PciAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the kernel forgets of a function that is removed and found anew: power settings and link power management, which are put
 * back when a transaction ends, and what nobody can put back, which is said. A driver_override comes back earlier, see
 * {@link Script#verify}.
 *
 * @param settings of before, path below {@code /sys/bus/pci} to value
 * @param payloads the Max_Payload_Size of each function before, bytes: it is compared, never written
 * @param sentences what is lost for certain once something was removed
 * @param removedEarlier whether a process before this one has removed anything: what that forgot is put back by this one
 */
record ForgottenSettings(
        Map<String, String> settings,
        Map<PciAddress, Integer> payloads,
        List<String> sentences,
        boolean removedEarlier) {

    /** Where nothing is known of before. */
    static final ForgottenSettings NONE = new ForgottenSettings(Map.of(), Map.of(), List.of(), false);

    ForgottenSettings {
        Map<String, String> kept = new TreeMap<>(settings);
        kept.keySet().removeIf(path -> !path.startsWith("devices/") || path.endsWith("/driver_override"));
        kept.values().removeIf("(null)"::equals);
        settings = Collections.unmodifiableMap(kept);
        payloads = Collections.unmodifiableMap(new TreeMap<>(payloads));
        sentences = List.copyOf(sentences);
    }

    /** The write that puts back what can be; empty when there is nothing to write. */
    Optional<Effect> putBack(List<StepReport> steps) {
        return hasRemoved(steps) && !settings.isEmpty() ? Optional.of(new Effect.PutBack(settings)) : Optional.empty();
    }

    /** What is lost, a sentence each. */
    List<String> losses(List<StepReport> steps, Machine machine) {
        List<String> losses = new ArrayList<>();
        if (!hasRemoved(steps)) {
            return losses;
        }
        sentences.forEach(s -> losses.add("not put back: " + s));
        Map<PciAddress, Integer> now = machine.payloads(payloads.keySet());
        payloads.forEach((address, was) -> {
            Integer is = now.get(address);
            if (is != null && !is.equals(was)) {
                losses.add("Max_Payload_Size of " + address + " was " + was + " bytes and is " + is
                        + ": the kernel chose it anew, and nobody writes it");
            }
        });
        return losses;
    }

    private boolean hasRemoved(List<StepReport> steps) {
        return removedEarlier || steps.stream().anyMatch(s -> s.what().startsWith("remove:"));
    }
}
