package io.barkeeper.compare;

import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A machine right after a hot-add that went wrong, and how a later state of it is judged.
 *
 * <p>Everybody falls into one of three groups. <em>Newcomers</em> do not work and did not before. <em>Collateral</em> worked
 * before the hot-add and does not now. <em>Neighbours</em> work now. Only neighbours can be harmed by what is done next.
 * Virtual functions count as part of their physical function.
 *
 * @param now the machine in trouble
 * @param history with the last state before the hot-add
 * @param inUse functions that somebody uses
 */
record Trouble(Topology now, History history, Set<PciAddress> inUse) {

    Set<PciAddress> newcomers() {
        Set<PciAddress> all = notWorking();
        all.removeAll(workedBefore());
        return all;
    }

    Set<PciAddress> collateral() {
        Set<PciAddress> all = notWorking();
        all.retainAll(workedBefore());
        return all;
    }

    private Set<PciAddress> notWorking() {
        return select(now, false);
    }

    /** Functions of the last good state that worked in it and are still there. */
    private Set<PciAddress> workedBefore() {
        Set<PciAddress> before = new HashSet<>();
        history.lastGood().ifPresent(good -> before.addAll(select(good, true)));
        before.removeIf(a -> !isSame(history.lastGood().flatMap(g -> g.find(a)).orElseThrow(), now.find(a)));
        return before;
    }

    private Set<PciAddress> select(Topology topology, boolean working) {
        Works works = new Works(topology, history);
        Set<PciAddress> chosen = new TreeSet<>();
        for (PciFunction function : topology.functions()) {
            if (!function.isVirtualFunction() && works.works(function.address()) == working) {
                chosen.add(function.address());
            }
        }
        return chosen;
    }

    private static boolean isSame(PciFunction then, Optional<PciFunction> later) {
        return later.filter(f -> f.ids().equals(then.ids())).isPresent();
    }

    /**
     * What became of everybody.
     *
     * @param after the machine then
     * @param takenOut functions that were removed on the way there, in the addresses of now
     */
    Outcome judge(Topology after, Set<PciAddress> takenOut) {
        Works works = new Works(after, history);
        Map<PciAddress, Boolean> fine = new HashMap<>();
        for (PciFunction function : now.functions()) {
            PciAddress address = function.address();
            fine.put(address, isSame(function, after.find(address)) && works.works(address));
        }
        Set<PciAddress> newcomers = newcomers();
        Set<PciAddress> collateral = collateral();
        Set<PciAddress> neighbours = select(now, true);
        Set<PciAddress> disturbed = new TreeSet<>(takenOut);
        disturbed.removeIf(a -> !neighbours.contains(a) || now.get(a).isBridge());
        Set<PciAddress> tornOut = new TreeSet<>(takenOut);
        tornOut.retainAll(inUse);
        return new Outcome(
                newcomers.size(),
                count(newcomers, fine, true),
                collateral.size(),
                count(collateral, fine, true),
                count(neighbours, fine, false),
                tornOut.size(),
                disturbed.size());
    }

    private static int count(Set<PciAddress> of, Map<PciAddress, Boolean> fine, boolean wanted) {
        return (int)
                of.stream().filter(a -> fine.getOrDefault(a, false) == wanted).count();
    }
}
