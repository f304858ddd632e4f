package io.barkeeper.machine.sysfs;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Effect;
import io.barkeeper.machine.Outcome;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.Holder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries effects out, one at a time and each with a deadline: attributes of sysfs, registers in config space, and the wait for
 * what has to come back. While a write is stuck in the kernel nothing else is written.
 */
final class EffectWriter {

    private final SysfsPaths paths;
    private final SysfsMachine.Access access;
    private final Deadlines deadlines;
    private final Set<DeviceNode.Id> claimed;
    private final AttributeWriter attributes;
    private final ConfigWriter config;
    private final Comeback comeback;
    private final BoundedCall calls = new BoundedCall();

    /** @param claimed the disks that are held open exclusively now; whoever asks for users leaves them out */
    EffectWriter(SysfsPaths paths, SysfsMachine.Access access, Deadlines deadlines, Set<DeviceNode.Id> claimed) {
        this.paths = paths;
        this.access = access;
        this.deadlines = deadlines;
        this.claimed = claimed;
        this.attributes = new AttributeWriter(paths);
        this.config = new ConfigWriter(paths);
        this.comeback = new Comeback(paths, deadlines);
    }

    Outcome carryOut(Effect effect) {
        String stuck = calls.stuckIn();
        if (stuck != null) {
            return new Outcome.Stuck(stuck);
        }
        if (effect instanceof Effect.AwaitDrivers await) {
            return comeback.ofDrivers(await.drivers());
        }
        if (effect instanceof Effect.AwaitAttachments await) {
            return comeback.ofAttachments(await.identities());
        }
        if (access == SysfsMachine.Access.READ_ONLY) {
            return new Outcome.Failed(Errno.EROFS, "this machine is read only: " + effect + " is not done");
        }
        if (effect instanceof Effect.RestoreOverride restore) {
            return restore(restore);
        }
        return effect instanceof Effect.Quiesce quiesce
                ? quiesce(quiesce.address())
                : calls.run(effect.toString(), deadline(effect), () -> write(effect));
    }

    private Duration deadline(Effect effect) {
        boolean rescans = effect instanceof Effect.Act act
                && (act.action() instanceof Action.RescanAll
                        || act.action() instanceof Action.Rescan
                        || act.action() instanceof Action.RescanBus);
        return rescans ? deadlines.rescan() : deadlines.write();
    }

    private Outcome write(Effect effect) {
        if (effect instanceof Effect.HoldAwake hold) {
            return attributes.holdAwake(hold.bridges());
        }
        if (effect instanceof Effect.PutBack putBack) {
            return attributes.putBack(putBack.values());
        }
        if (effect instanceof Effect.UnbindPciehp unbind) {
            return attributes.unbindPciehp(unbind.port());
        }
        if (effect instanceof Effect.BindPciehp bind) {
            return attributes.bindPciehp(bind.port());
        }
        if (effect instanceof Effect.ProbeBarSize probe) {
            return config.probe(probe.address(), probe.bar());
        }
        return effect instanceof Effect.Act act ? act(act.action()) : unknown(effect);
    }

    private Outcome act(Action action) {
        if (action instanceof Action.Unbind a) {
            return attributes.unbind(a.address());
        }
        if (action instanceof Action.Bind a) {
            return attributes.bind(a.address(), a.driver());
        }
        if (action instanceof Action.Decode a) {
            return config.decode(a);
        }
        if (action instanceof Action.Remove a) {
            return attributes.command(paths.device(a.address()).resolve("remove"));
        }
        if (action instanceof Action.RescanAll) {
            return attributes.command(paths.bus().resolve("rescan"));
        }
        if (action instanceof Action.Rescan a) {
            return attributes.command(paths.device(a.address()).resolve("rescan"));
        }
        if (action instanceof Action.RescanBus a) {
            String bus = String.format("sys/class/pci_bus/%04x:%02x/rescan", a.domain(), a.bus());
            return attributes.command(paths.root().resolve(bus));
        }
        if (action instanceof Action.Window a) {
            return config.window(a);
        }
        if (action instanceof Action.Align a) {
            return attributes.align(a);
        }
        if (action instanceof Action.Resize a) {
            return attributes.resize(a);
        }
        if (action instanceof Action.NumVfs a) {
            return attributes.numVfs(a.address(), a.count());
        }
        return action instanceof Action.Renumber a ? config.renumber(a.address()) : unknown(action);
    }

    private static Outcome unknown(Object what) {
        return new Outcome.Failed(0, what + " is an event of the hardware, nothing that can be written");
    }

    private Outcome restore(Effect.RestoreOverride restore) {
        Optional<String> bound = paths.driverOf(restore.address());
        boolean another = bound.isPresent() && !bound.get().equals(restore.driver());
        Outcome freed = another ? quiesce(restore.address()) : Outcome.done();
        return freed instanceof Outcome.Done
                ? calls.run(restore.toString(), deadlines.write(), () -> attributes.restore(restore))
                : freed;
    }

    /** Asks again, and keeps every disk claimed until the unbind has returned; while it is stuck they stay claimed. */
    private Outcome quiesce(PciAddress address) {
        DiskClaims claims = new DiskClaims(claimed);
        Outcome asked = calls.run("asking who uses " + address, deadlines.write(), () -> {
            List<Holder> holders = new UsageReader(paths).holders(address, claims);
            return holders.isEmpty() ? Outcome.done() : new Outcome.Vetoed(holders);
        });
        Outcome outcome = asked instanceof Outcome.Done
                ? calls.run("unbind " + address, deadlines.write(), () -> attributes.unbind(address))
                : asked;
        if (!(outcome instanceof Outcome.Stuck)) {
            claims.close();
        }
        return outcome;
    }
}
