package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.Outcome;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.PciAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Waits until devices that were taken out have their drivers, disks and interfaces again, as long as the deadlines allow. */
final class Comeback {

    private final SysfsPaths paths;
    private final Deadlines deadlines;

    Comeback(SysfsPaths paths, Deadlines deadlines) {
        this.paths = paths;
        this.deadlines = deadlines;
    }

    /** @param drivers the name of the driver that each function had */
    Outcome ofDrivers(Map<PciAddress, String> drivers) {
        return await(() -> withoutDriver(drivers), deadlines.poll());
    }

    /** @param identities what each function carried, see {@link Attachment#identity()} */
    Outcome ofAttachments(Map<PciAddress, List<String>> identities) {
        // Reading them costs a walk over all disks and interfaces.
        return await(() -> withoutAttachment(identities), deadlines.poll().multipliedBy(5));
    }

    /** Looks again and again until nothing is missing or the deadline has passed. */
    private Outcome await(Supplier<List<String>> missing, Duration pause) {
        long end = System.nanoTime() + deadlines.await().toNanos();
        while (true) {
            List<String> left = missing.get();
            if (left.isEmpty()) {
                return Outcome.done();
            }
            if (System.nanoTime() - end >= 0) {
                return new Outcome.Failed(
                        Errno.ETIMEDOUT,
                        "after " + deadlines.await().toMillis() + " ms still missing: " + String.join(", ", left));
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Outcome.Failed(Errno.EINTR, "interrupted while waiting for: " + String.join(", ", left));
            }
        }
    }

    private List<String> withoutDriver(Map<PciAddress, String> drivers) {
        List<String> missing = new ArrayList<>();
        new TreeMap<>(drivers).forEach((address, driver) -> {
            if (!paths.driverOf(address).equals(Optional.of(driver))) {
                missing.add(driver + " on " + address);
            }
        });
        return missing;
    }

    private List<String> withoutAttachment(Map<PciAddress, List<String>> identities) {
        List<String> missing = new ArrayList<>();
        Map<PciAddress, List<Attachment>> now = new AttachmentSource(new SysfsTree(paths.root())).read();
        new TreeMap<>(identities).forEach((address, wanted) -> {
            List<String> there = new ArrayList<>();
            now.getOrDefault(address, List.of()).forEach(a -> there.add(a.identity()));
            wanted.stream().filter(w -> !there.remove(w)).forEach(w -> missing.add(w + " on " + address));
        });
        return missing;
    }
}
