package io.barkeeper.machine;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.Hooks;
import java.util.List;
import java.util.Map;

/** One thing that a transaction does to a machine. {@code toString()} is what the journal and the log print. */
public sealed interface Effect {

    /** Keeps surviving bridges awake: {@code power/control} = on, {@code d3cold_allowed} = 0. Done says the prior values in the form of {@link Attributes}. */
    record HoldAwake(List<PciAddress> bridges) implements Effect {
        @Override
        public String toString() {
            return "hold-awake " + bridges;
        }
    }

    /** Writes attributes back: path below {@code /sys/bus/pci} to value. A path that has gone is passed over. */
    record PutBack(Map<String, String> values) implements Effect {
        @Override
        public String toString() {
            return "put-back " + values;
        }
    }

    /**
     * Asks again whether a function is in use, keeps every disk of it claimed by an exclusive open, and unbinds its
     * driver; the claims end when the unbind has returned.
     */
    record Quiesce(PciAddress address) implements Effect {
        @Override
        public String toString() {
            return "quiesce " + address;
        }
    }

    /** Unbinds the pciehp service of a hot-plug port, which waits for its interrupt thread without the rescan lock. */
    record UnbindPciehp(PciAddress port) implements Effect {
        @Override
        public String toString() {
            return "unbind-pciehp " + port;
        }
    }

    /** Binds the pciehp service of a port again, where nothing else did. Done when it is bound already. */
    record BindPciehp(PciAddress port) implements Effect {
        @Override
        public String toString() {
            return "bind-pciehp " + port;
        }
    }

    /**
     * Finds the size of a BAR whose row the kernel has wiped, by writing all ones and reading back (PCI Local Bus 3.0,
     * 6.2.5.1). Refused unless the function has no driver, decodes nothing and is awake; the register is put back. Done
     * says the size in bytes as a decimal number.
     *
     * @param bar 0 to 5
     */
    record ProbeBarSize(PciAddress address, int bar) implements Effect {
        @Override
        public String toString() {
            return "probe-bar-size " + address + " " + bar;
        }
    }

    /**
     * Runs a command of the administrator, outside of the daemon's own sandbox.
     *
     * @param timeoutMicros after which it is killed and counts as failed, microseconds
     * @param environment what it is told, beside the environment of the daemon or of the service manager
     */
    record RunHook(
            Hooks.Moment moment,
            PciAddress address,
            List<String> command,
            long timeoutMicros,
            Map<String, String> environment)
            implements Effect {
        public RunHook {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        @Override
        public String toString() {
            return "hook " + moment.key() + " " + address + " " + command;
        }
    }

    /**
     * Gives a function that was found anew its {@code driver_override} again. The kernel forgets it with a remove and binds
     * whichever driver matches; so another driver than the one of before is asked and unbound first, and that one is bound
     * after. Done when all of it is so already, or when the function has gone.
     *
     * @param override what the attribute held
     * @param driver the driver that was bound, or empty text when none was
     */
    record RestoreOverride(PciAddress address, String override, String driver) implements Effect {
        @Override
        public String toString() {
            return "restore-override " + address + " " + override;
        }
    }

    /** One action of the kernel model, as a write. */
    record Act(Action action) implements Effect {
        @Override
        public String toString() {
            return action.toString();
        }
    }

    /** Waits until each function has its driver, or the deadline of the step has passed. */
    record AwaitDrivers(Map<PciAddress, String> drivers) implements Effect {
        @Override
        public String toString() {
            return "await-drivers " + drivers;
        }
    }

    /** Waits until the disks and interfaces of each function are there again. Identities as in {@code Attachment}. */
    record AwaitAttachments(Map<PciAddress, List<String>> identities) implements Effect {
        @Override
        public String toString() {
            return "await-attachments " + identities;
        }
    }
}
