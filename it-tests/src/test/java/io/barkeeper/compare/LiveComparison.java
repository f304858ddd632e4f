package io.barkeeper.compare;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The four ways on a real kernel. The machine of a seed is switched on and gets cards until a hot-add goes wrong; the script then
 * has its two turns there. Switched on once more, with the daemon, it gets the same cards, must show the same trouble, and is
 * Barkeeper's. The guest without the agent comes first since it is the cheap one, and many a machine has room for all its cards.
 */
final class LiveComparison {
    private static final int MOST_CARDS = 6;
    private static final Duration STEP = Duration.ofMinutes(2);
    private static final Pattern REMOVED = Pattern.compile("remove:([0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])");

    private final KernelImage kernel;
    private final RandomMachine random;
    private final List<HotAdd> cards = new ArrayList<>();
    private final Map<Way, Outcome> outcomes = new EnumMap<>(Way.class);

    private LiveComparison(KernelImage kernel, RandomMachine random) {
        this.kernel = kernel;
        this.random = random;
    }

    /** What each way makes of this machine; empty when all its cards found room. */
    static Optional<Map<Way, Outcome>> of(KernelImage kernel, RandomMachine random)
            throws IOException, MachineException {
        LiveComparison comparison = new LiveComparison(kernel, random);
        Optional<Trouble> trouble = comparison.withScript();
        if (trouble.isEmpty()) {
            return Optional.empty();
        }
        comparison.withDaemon(trouble.get());
        return Optional.of(comparison.outcomes);
    }

    private Optional<Trouble> withScript() throws IOException, MachineException {
        try (QemuMachine machine = QemuMachine.boot(random.spec(), kernel)) {
            Watch watch = new Watch(machine.shell());
            Optional<Trouble> found = hotAddUntilTrouble(machine, watch);
            if (found.isPresent()) {
                Trouble trouble = found.get();
                outcomes.put(Way.KERNEL, trouble.judge(trouble.now(), Set.of()));
                Set<PciAddress> takenOut = new TreeSet<>();
                Topology now = script(machine.shell(), watch, trouble.now(), trouble, false, takenOut);
                outcomes.put(Way.NEAREST_BRIDGE, trouble.judge(now, takenOut));
                now = script(machine.shell(), watch, now, trouble, true, takenOut);
                outcomes.put(Way.ROOT_PORT, trouble.judge(now, takenOut));
            }
            return found;
        }
    }

    private Optional<Trouble> hotAddUntilTrouble(QemuMachine machine, Watch watch)
            throws IOException, MachineException {
        Topology good = watch.look();
        while (cards.size() < MOST_CARDS) {
            Optional<HotAdd> next = watch.choose(random);
            if (next.isEmpty()) {
                break;
            }
            next.get().perform(machine);
            cards.add(next.get());
            Topology now = watch.look();
            Trouble trouble = new Trouble(now, History.NONE.seen(good, true).seen(now, false), Set.of());
            if (!trouble.newcomers().isEmpty() || !trouble.collateral().isEmpty()) {
                return Optional.of(trouble);
            }
            good = now;
        }
        return Optional.empty();
    }

    private void withDaemon(Trouble trouble) throws IOException, MachineException {
        try (QemuMachine machine = QemuMachine.boot(random.spec(), kernel)) {
            Guest guest = new Guest(machine);
            guest.agent().daemon("confirm");
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
            GuestShell.Result applied = guest.agent().cli("apply", "--yes");
            if (applied.exit() != 0) {
                System.out.println("  apply ended with " + applied.exit() + ": " + applied.stdout() + applied.stderr()
                        + guest.agent().daemonLog());
            }
            outcomes.put(Way.BARKEEPER, trouble.judge(watch.look(), takenOut(trouble.now(), applied.stdout())));
        }
    }

    /** What was below each device that a step removed. */
    private static Set<PciAddress> takenOut(Topology before, String steps) {
        Set<PciAddress> all = new TreeSet<>();
        Matcher removed = REMOVED.matcher(steps);
        while (removed.find()) {
            PciAddress address = PciAddress.parse(removed.group(1));
            if (before.find(address).isPresent()) {
                before.subtree(address).forEach(f -> all.add(f.address()));
            }
        }
        return all;
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
