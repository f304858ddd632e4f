package io.barkeeper.compare;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.barkeeper.conformance.HotAdd;
import io.barkeeper.conformance.RandomMachine;
import io.barkeeper.conformance.Watch;
import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.kernel.trust.Layout;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.GuestShell;
import io.barkeeper.lab.KernelImage;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.QemuMachine;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The four ways on a real kernel. The machine of a seed is switched on twice and gets the same cards: once with the daemon, once
 * for the script. Both must show the same trouble before anything is done about it.
 */
final class LiveComparison {
    private static final int MOST_CARDS = 8;
    private static final Duration STEP = Duration.ofMinutes(2);

    private final KernelImage kernel;
    private final RandomMachine random;
    private final List<HotAdd> cards = new ArrayList<>();
    private final Map<Way, Outcome> outcomes = new EnumMap<>(Way.class);

    private LiveComparison(KernelImage kernel, long seed) {
        this.kernel = kernel;
        this.random = new RandomMachine(seed);
    }

    /** What each way makes of this seed's machine; empty when all its cards found room. */
    static Optional<Map<Way, Outcome>> of(KernelImage kernel, long seed) throws IOException, MachineException {
        LiveComparison comparison = new LiveComparison(kernel, seed);
        Optional<Trouble> trouble = comparison.withDaemon();
        if (trouble.isEmpty()) {
            return Optional.empty();
        }
        comparison.withScript(trouble.get());
        return Optional.of(comparison.outcomes);
    }

    private Optional<Trouble> withDaemon() throws IOException, MachineException {
        try (QemuMachine machine = QemuMachine.boot(random.spec(), kernel)) {
            Guest guest = new Guest(machine);
            guest.agent().daemon("confirm");
            Watch watch = new Watch(machine.shell());
            Topology good = watch.look();
            for (int card = 0; card < MOST_CARDS; card++) {
                Optional<HotAdd> next = watch.choose(random);
                if (next.isEmpty()) {
                    break;
                }
                next.get().perform(machine);
                cards.add(next.get());
                Topology now = watch.look();
                Trouble trouble = new Trouble(now, History.NONE.seen(good, true).seen(now, false), Set.of());
                if (!trouble.newcomers().isEmpty() || !trouble.collateral().isEmpty()) {
                    outcomes.put(Way.KERNEL, trouble.judge(now, Set.of()));
                    outcomes.put(Way.BARKEEPER, barkeeper(guest, watch, trouble));
                    return Optional.of(trouble);
                }
                good = now;
            }
            return Optional.empty();
        }
    }

    private static Outcome barkeeper(Guest guest, Watch watch, Trouble trouble) throws IOException, MachineException {
        JsonObject plan = guest.agent().json("plan");
        Set<PciAddress> takenOut = new TreeSet<>();
        if (plan.get("outcome").getAsString().equals("feasible")) {
            for (JsonElement device : plan.getAsJsonArray("disturbs")) {
                takenOut.add(
                        PciAddress.parse(device.getAsJsonObject().get("address").getAsString()));
            }
            GuestShell.Result applied = guest.agent().cli("apply", "--yes");
            if (applied.exit() != 0) {
                System.out.println("apply ended with " + applied.exit() + ":\n" + applied.stdout() + applied.stderr());
            }
        } else {
            System.out.println("  no plan: " + plan.get("outcome").getAsString() + " "
                    + Optional.ofNullable(plan.get("certificate"))
                            .map(Object::toString)
                            .orElse(""));
        }
        return trouble.judge(watch.look(), takenOut);
    }

    private void withScript(Trouble trouble) throws IOException, MachineException {
        try (QemuMachine machine = QemuMachine.boot(random.spec(), kernel)) {
            Watch watch = new Watch(machine.shell());
            Topology now = watch.look();
            for (HotAdd card : cards) {
                card.perform(machine);
                now = watch.look();
            }
            String difference = Layout.of(trouble.now()).firstDifference(Layout.of(now));
            if (!difference.isEmpty()) {
                throw new LabException("the second machine is not like the first: " + difference);
            }
            Set<PciAddress> takenOut = new TreeSet<>();
            now = script(machine.shell(), watch, now, trouble, false, takenOut);
            outcomes.put(Way.NEAREST_BRIDGE, trouble.judge(now, takenOut));
            now = script(machine.shell(), watch, now, trouble, true, takenOut);
            outcomes.put(Way.ROOT_PORT, trouble.judge(now, takenOut));
        }
    }

    private static Topology script(
            GuestShell shell, Watch watch, Topology from, Trouble trouble, boolean root, Set<PciAddress> takenOut)
            throws IOException, MachineException {
        Topology now = from;
        for (PciAddress device : Script.inTrouble(trouble)) {
            Optional<PciAddress> bridge = Script.bridgeAbove(now, device, root);
            if (bridge.isPresent() && !new Works(now, trouble.history()).works(device)) {
                now.subtree(bridge.get()).forEach(f -> takenOut.add(f.address()));
                GuestShell.Result result = shell.run(
                        "echo 1 >/sys/bus/pci/devices/" + bridge.get() + "/remove && echo 1 >/sys/bus/pci/rescan",
                        STEP);
                if (result.exit() != 0) {
                    throw new LabException("the script failed: " + result.stderr());
                }
                now = watch.look();
            }
        }
        return now;
    }
}
