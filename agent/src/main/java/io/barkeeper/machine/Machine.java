package io.barkeeper.machine;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Usage;
import io.barkeeper.snapshot.SlotMessage;
import io.barkeeper.snapshot.TreeContradictions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A machine that can be looked at and changed: the real one through sysfs, or a simulated one. */
public interface Machine extends AutoCloseable {

    /**
     * Reads the whole machine. Never writes; never reads the config space of a suspended function.
     *
     * @throws MachineException when it cannot be read, or changed three times while it was read
     */
    Topology observe() throws MachineException;

    /**
     * Asks who holds these functions. What cannot be read counts as held.
     *
     * @throws MachineException when the machine as a whole cannot be asked
     */
    Usage usage(Topology topology, Collection<PciAddress> functions) throws MachineException;

    /** Carries out one effect and returns when the kernel has done it, refused it, or not come back in time. */
    Outcome perform(Effect effect);

    /**
     * Settings of these functions that a topology does not hold and that a remove loses or that a transaction changes:
     * {@code driver_override}, {@code power/control}, {@code d3cold_allowed}, and the link power management of
     * {@code link/}. For the journal.
     *
     * @return path below {@code /sys/bus/pci} to value; what cannot be read is left out
     */
    default Map<String, String> settings(Collection<PciAddress> functions) {
        return Map.of();
    }

    /**
     * The Max_Payload_Size of the Device Control register (PCIe 6.0, 7.5.3.4) of these functions, in bytes. It is never
     * written; the kernel chooses it anew for what it finds.
     *
     * @return nothing for a function that is asleep, has none, or cannot be read
     */
    default Map<PciAddress, Integer> payloads(Collection<PciAddress> functions) {
        return Map.of();
    }

    /**
     * Those of these ports whose slot says that no card is in it. A port that has no slot or cannot be asked is not among
     * them.
     *
     * @param watched ports that {@code pciehp} looked after before the transaction, which unbinds it: their registers are
     *     asked (Presence Detect State, PCIe 6.0, 7.5.3.11). Of any other port's slot its own hot-plug driver is asked
     */
    default Set<PciAddress> emptySlots(Collection<PciAddress> ports, Set<PciAddress> watched) {
        return Set.of();
    }

    /**
     * Why nothing should be changed now, whoever uses which device.
     *
     * @param scope the ports and devices that are to be changed, and those above them
     */
    default List<Hindrance> hindrances(Topology now, Collection<PciAddress> scope) {
        return List.of();
    }

    /**
     * Where the resource tree of the kernel is not what sysfs shows of this machine, which a sound kernel never lets
     * happen. Nothing where the tree cannot be read.
     */
    default List<TreeContradictions.Contradiction> contradictions(Topology now) {
        return List.of();
    }

    /** Why nothing should be begun now: the system goes down. Asked once, for it may take a moment. */
    default Optional<Hindrance> goingDown() {
        return Optional.empty();
    }

    /** Keeps the system from being suspended until the answer is closed. Returns when it does, or cannot. */
    default Vigil vigil(String why) {
        return () -> {};
    }

    /** Something that is held until it is closed. */
    interface Vigil extends AutoCloseable {

        /** Why it is not held, a sentence without a full stop; empty where it is, or where nobody puts a system to sleep. */
        default Optional<String> refusal() {
            return Optional.empty();
        }

        @Override
        void close();
    }

    /** Whether config space can be written: not under kernel lockdown, which refuses it with EPERM. */
    default boolean configWritable() {
        return true;
    }

    /**
     * What the drivers of slots said in the kernel log since the last call, oldest first. Empty at the first call, and
     * where the log cannot be read or something of it was lost.
     */
    default Optional<List<SlotMessage>> slotMessages() {
        return Optional.empty();
    }

    /**
     * Hands over what was seen earlier in this boot, by another process: the next look takes from it the size of a BAR
     * whose row the kernel has wiped.
     */
    default void recall(Topology earlier) {}

    @Override
    void close();
}
