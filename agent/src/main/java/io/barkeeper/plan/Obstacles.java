package io.barkeeper.plan;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.PlanResult.Obstacle;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Movability;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts into words who stands in the way and what would lift it. */
final class Obstacles {

    private Obstacles() {}

    static Obstacle of(Topology topology, Map<PciAddress, Movability> movability, PciAddress address) {
        Movability verdict = movability.get(address);
        String who = topology.find(address)
                .flatMap(f -> f.driver())
                .map(d -> " (" + d + ")")
                .orElse("");
        if (verdict == null) {
            return new Obstacle(address, address + who + " was not judged", "ask the daemon, which can look at it");
        }
        return new Obstacle(
                address, address + who + " may not be taken out: " + verdict.why(), remedy(address, verdict));
    }

    private static String remedy(PciAddress address, Movability verdict) {
        if (verdict instanceof Movability.Busy busy) {
            return busy.holders().stream()
                    .map(h -> remedy(address, h))
                    .distinct()
                    .collect(Collectors.joining("; "));
        }
        if (verdict instanceof Movability.Pinned) {
            return "barkeeper unpin " + address + ", or change the rule";
        }
        return "it cannot be lifted; use a slot elsewhere";
    }

    private static String remedy(PciAddress address, Holder holder) {
        String detail = holder.detail().isEmpty() ? address.toString() : address + ", " + holder.detail();
        return switch (holder.kind()) {
            case MOUNT -> "umount " + holder.name() + " (" + detail + ")";
            case SWAP -> "swapoff " + holder.name() + " (" + detail + ")";
            case BLOCK_HOLDER -> "stop the block device " + holder.name() + " (dm, md or LVM) on " + detail;
            case EXCLUSIVE_OPEN -> "close whatever holds " + holder.name() + " (" + detail + ")";
            case PROCESS -> "end " + holder.name() + " (" + detail + ")";
            case INTERFACE_UP -> "ip link set " + holder.name() + " down (" + detail + ")";
            case VFIO -> "stop the guest or process that uses VFIO group " + holder.name() + " (" + detail + ")";
            case UNREADABLE -> "run as root, so that the users of " + address + " can be read";
            case DRIVER -> "a rule 'driver:" + holder.name() + " = movable', if that driver may be unbound";
            case HOOK -> "see why the hook " + holder.name() + " failed (" + detail + ")";
        };
    }
}
