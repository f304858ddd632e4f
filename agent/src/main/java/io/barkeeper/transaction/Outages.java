package io.barkeeper.transaction;

import io.barkeeper.journal.PriorFunction;
import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** How long each device was out: from the effect that took it until it was seen with its driver again. */
final class Outages {

    private final Ticker ticker;
    private final Map<PciAddress, PriorFunction> released = new HashMap<>();
    private final Map<PciAddress, Long> since = new HashMap<>();
    private final Map<PciAddress, Long> lasted = new TreeMap<>();

    Outages(Prior prior, Ticker ticker) {
        this.ticker = ticker;
        prior.released().stream()
                .filter(f -> prior.owes(f) && f.buses().isEmpty())
                .forEach(f -> released.put(f.address(), f));
    }

    void beginning(Effect effect) {
        if (effect instanceof Effect.Quiesce quiesce) {
            out(quiesce.address());
        } else if (effect instanceof Effect.Act act && act.action() instanceof Action.Remove remove) {
            out(remove.address());
        }
    }

    private void out(PciAddress address) {
        if (released.containsKey(address)) {
            since.putIfAbsent(address, ticker.steadyMicros());
        }
    }

    /** All drivers and attachments that were waited for are there. */
    void done(Effect effect, Outcome outcome) {
        if (!(outcome instanceof Outcome.Done)) {
            return;
        }
        if (effect instanceof Effect.AwaitDrivers await) {
            await.drivers().keySet().forEach(this::back);
        } else if (effect instanceof Effect.Act act && act.action() instanceof Action.Bind bind) {
            back(bind.address());
        } else if (effect instanceof Effect.AwaitAttachments await) {
            await.identities().keySet().forEach(this::back);
        }
    }

    private void back(PciAddress address) {
        Long begun = since.get(address);
        if (begun != null) {
            lasted.put(address, ticker.steadyMicros() - begun);
        }
    }

    /** A device that had no driver is back when it is seen. */
    void observed(Topology now) {
        for (PciFunction function : now.functions()) {
            PriorFunction was = released.get(function.address());
            boolean whole = was != null && was.driver().equals(function.driver().orElse(""));
            if (whole && !lasted.containsKey(function.address())) {
                back(function.address());
            }
        }
    }

    Map<PciAddress, Long> ended() {
        return lasted;
    }
}
