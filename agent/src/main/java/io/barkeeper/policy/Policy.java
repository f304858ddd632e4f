package io.barkeeper.policy;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may be taken out and put back, function by function.
 *
 * <p>Default deny. In this order: what is nailed down stays ({@link Nailed}); what an administrator pinned or named
 * {@code never} stays; what anybody holds is busy; physical functions with virtual functions in use are busy. Then
 * functions without a driver are free, bridges are free themselves (what hangs below them is judged on its own), and
 * NVMe controllers, virtio disks and network interfaces that were asked about and are held by nobody can be quiesced.
 * Every other driver counts as busy, unless a rule says {@code movable}. A rule that also has a {@code before-quiesce}
 * hook makes a held device quiescable too, for the hook is to end that; the transaction asks again after it.
 */
public final class Policy {

    private static final int BASE_NETWORK = 0x02;
    private static final int CLASS_VIRTIO_DISK = 0x0100;
    /**
     * Drivers that serve a bridge itself, for hot-plug and errors: removing the bridge ends them, a rescan starts them again, and
     * neither changes a slot's power.
     */
    private static final Set<String> BRIDGE_DRIVERS = Set.of("pcieport", "shpchp");

    /** Who binds such a driver keeps the device for a guest, and unbinding waits for the guest that opens it just then. */
    private static final String PASSED_THROUGH = "vfio";

    private final Topology topology;
    private final Usage usage;
    private final PolicyRules rules;

    private Policy(Topology topology, Usage usage, PolicyRules rules) {
        this.topology = topology;
        this.usage = usage;
        this.rules = rules;
    }

    /** The verdict on every function that the kernel knows, in its order. */
    public static Map<PciAddress, Movability> judge(Topology topology, Usage usage, PolicyRules rules) {
        Policy policy = new Policy(topology, usage, rules);
        Map<PciAddress, Movability> verdicts = new LinkedHashMap<>();
        for (PciFunction function : topology.functions()) {
            verdicts.put(function.address(), policy.verdict(function));
        }
        return verdicts;
    }

    /** The functions at or below a bridge that may not be taken out, each bridge before what is below it. */
    public static List<PciAddress> whoPins(
            Topology topology, Map<PciAddress, Movability> movability, PciAddress bridge) {
        return topology.subtree(bridge).stream()
                .map(PciFunction::address)
                .filter(a -> !mayMove(movability, a))
                .toList();
    }

    /** True when a verdict is known and allows it: who was not judged may not move. */
    public static boolean mayMove(Map<PciAddress, Movability> movability, PciAddress address) {
        Movability verdict = movability.get(address);
        return verdict != null && verdict.mayMove();
    }

    /** The functions that somebody must be asked about before a verdict can allow them to move. */
    public static List<PciAddress> worthAsking(Topology topology, PolicyRules rules) {
        Policy policy = new Policy(topology, Usage.NOTHING_ASKED, rules);
        return topology.functions().stream()
                .filter(f -> Nailed.why(topology, f).isEmpty())
                .filter(f -> policy.denied(f).isEmpty())
                .filter(f -> f.driver().isPresent() && !f.isBridge())
                .map(PciFunction::address)
                .toList();
    }

    private Movability verdict(PciFunction function) {
        Optional<String> nailed = Nailed.why(topology, function);
        if (nailed.isPresent()) {
            return new Movability.Fixed(nailed.get());
        }
        Optional<String> denied = denied(function);
        if (denied.isPresent()) {
            return new Movability.Pinned(denied.get());
        }
        boolean allowed = allowed(function);
        List<Holder> holders = usage.of(function.address()).stream()
                .filter(h -> !(allowed && h.kind() == Holder.Kind.DRIVER))
                .toList();
        if (!holders.isEmpty() && allowed && function.driver().isPresent() && letsGoByHook(function)) {
            return new Movability.Quiescable(
                    function.driver().get(),
                    "the before-quiesce hook of its rule is to end that it is "
                            + holders.stream().map(Holder::toString).collect(Collectors.joining(", ")));
        }
        if (!holders.isEmpty()) {
            return new Movability.Busy(
                    holders, holders.stream().map(Holder::toString).collect(Collectors.joining(", ")));
        }
        return vfsInUse(function).or(() -> vfioInGroup(function)).orElseGet(() -> byDriver(function, allowed));
    }

    private Optional<String> denied(PciFunction function) {
        if (rules.pins().contains(function.address())) {
            return Optional.of("it was pinned by an administrator");
        }
        return rules.ruleFor(topology, function)
                .filter(r -> r.verdict() == PolicyRules.Verdict.NEVER)
                .map(r -> "the rule '" + r + "' of the configuration pins it");
    }

    private boolean allowed(PciFunction function) {
        return rules.ruleFor(topology, function)
                .filter(r -> r.verdict() == PolicyRules.Verdict.MOVABLE)
                .isPresent();
    }

    /** Whether it has let go is asked again, after the hook and before the first write to it. */
    private boolean letsGoByHook(PciFunction function) {
        return usage.wasAsked(function.address())
                && !rules.hooksFor(topology, function).beforeQuiesce().isEmpty();
    }

    private Movability byDriver(PciFunction function, boolean allowed) {
        if (function.driver().isEmpty()) {
            return new Movability.Free(function.isBridge() ? "a bridge without a driver" : "no driver is bound to it");
        }
        String driver = function.driver().get();
        if (function.isBridge() && BRIDGE_DRIVERS.contains(driver)) {
            return new Movability.Free("a bridge: only what is below it matters");
        }
        String kind = quiescableKind(function, driver);
        if (kind.isEmpty() && !allowed) {
            return busy(
                    Holder.Kind.DRIVER,
                    driver,
                    "driver " + driver + " is bound, and no rule says that it may be unbound");
        }
        if (!usage.wasAsked(function.address())) {
            return busy(
                    Holder.Kind.UNREADABLE,
                    driver,
                    "whether anybody uses it cannot be checked (driver " + driver + ")");
        }
        return new Movability.Quiescable(
                driver, kind.isEmpty() ? "a rule allows to unbind driver " + driver : kind + " that nobody holds");
    }

    private static String quiescableKind(PciFunction function, String driver) {
        if (driver.equals("nvme")) {
            return "an NVMe controller with disks";
        }
        if (driver.equals("virtio-pci") && function.classAndSubclass() == CLASS_VIRTIO_DISK) {
            return "a virtio disk";
        }
        if (driver.startsWith(PASSED_THROUGH)) {
            return "";
        }
        return function.classCode() >>> 16 == BASE_NETWORK ? "a network interface that is down and" : "";
    }

    private Optional<Movability> vfsInUse(PciFunction function) {
        if (function.sriov().isEmpty()) {
            return Optional.empty();
        }
        List<Holder> users = new ArrayList<>();
        for (PciFunction vf : topology.functions()) {
            if (vf.physicalFunction().filter(function.address()::equals).isPresent()) {
                vf.driver().ifPresent(d -> users.add(new Holder(Holder.Kind.DRIVER, d, "on VF " + vf.address())));
                users.addAll(usage.of(vf.address()));
            }
        }
        return users.isEmpty()
                ? Optional.empty()
                : Optional.of(new Movability.Busy(
                        users,
                        "virtual functions of it are in use: "
                                + users.stream().map(Holder::toString).collect(Collectors.joining(", "))));
    }

    /** A function whose IOMMU group has an open VFIO member is as good as passed through. */
    private Optional<Movability> vfioInGroup(PciFunction function) {
        if (function.traits().iommuGroup().isEmpty() || function.isBridge()) {
            return Optional.empty();
        }
        for (PciFunction other : topology.functions()) {
            if (!other.traits().iommuGroup().equals(function.traits().iommuGroup())) {
                continue;
            }
            for (Holder holder : usage.of(other.address())) {
                if (holder.kind() == Holder.Kind.VFIO) {
                    return Optional.of(new Movability.Busy(
                            List.of(holder), "its IOMMU group is open for " + other.address() + ": " + holder));
                }
            }
        }
        return Optional.empty();
    }

    private static Movability busy(Holder.Kind kind, String name, String why) {
        return new Movability.Busy(List.of(new Holder(kind, name, "")), why);
    }
}
