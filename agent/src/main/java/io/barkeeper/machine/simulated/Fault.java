package io.barkeeper.machine.simulated;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Hindrance;
import io.barkeeper.pci.PciAddress;

/**
 * Something that goes wrong at one effect.
 *
 * @param at which effect, counted from 1 over all that are performed
 * @param what goes wrong
 */
public record Fault(int at, Kind what) {

    /** What can go wrong. */
    public sealed interface Kind {}

    /** The kernel refuses; nothing is changed. */
    public record Refused(int errno) implements Kind {}

    /** The write never returns; nothing is changed. */
    public record NeverReturns() implements Kind {}

    /** A device is pulled out, with all below it, just before the effect. */
    public record Vanishes(PciAddress address) implements Kind {}

    /** The card in the slot of a port is pulled out, with all below it, just before the effect; the slot says so. */
    public record PulledOut(PciAddress port) implements Kind {}

    /** From now on a device comes back from a rescan with another BAR size, in bytes. */
    public record OtherBarSize(PciAddress address, int bar, long size) implements Kind {}

    /** From now on no driver binds to a device, neither in a rescan nor when it is told to. */
    public record NoDriver(PciAddress address) implements Kind {}

    /** From now on a device comes back from a rescan with disks of size 0. */
    public record EmptyDisks(PciAddress address) implements Kind {}

    /** Somebody begins to use a device. */
    public record ComesIntoUse(PciAddress address) implements Kind {}

    /** The machine cannot be read from now on. */
    public record Unreadable() implements Kind {}

    /** From now on the resource tree of the kernel is not what sysfs shows, in this point. */
    public record CorruptTree(String subject) implements Kind {}

    /** Another device is plugged in just before the effect, where its port is there. */
    public record Arrives(Action.Hotplug hotplug) implements Kind {}

    /** Somebody else has a driver bound again, where a device is without one. */
    public record IsBoundAgain(PciAddress address) implements Kind {}

    /** Something begins to stand in the way of every later step. */
    public record Hindered(Hindrance hindrance) implements Kind {}

    /** The errno that a write of an effect meets. */
    public static Fault errno(int at, int errno) {
        return new Fault(at, new Refused(errno));
    }

    @Override
    public String toString() {
        return what + " at effect " + at;
    }

    /** Only effects that write count, not those that wait. */
    static boolean counts(Effect effect) {
        return !(effect instanceof Effect.AwaitDrivers) && !(effect instanceof Effect.AwaitAttachments);
    }
}
