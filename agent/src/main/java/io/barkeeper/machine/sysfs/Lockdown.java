package io.barkeeper.machine.sysfs;

import java.util.Optional;

/**
 * Whether the kernel is locked down. Both levels, {@code integrity} and {@code confidentiality}, refuse writes to config
 * space with EPERM ({@code security_locked_down(LOCKDOWN_PCI_ACCESS)} in drivers/pci/pci-sysfs.c).
 */
final class Lockdown {

    private Lockdown() {}

    /** The text of the attribute; empty when nothing is locked, or the kernel has no lockdown. */
    static Optional<String> of(SysfsPaths paths) {
        return SysfsPaths.text(paths.root().resolve("sys/kernel/security/lockdown"))
                .filter(text -> !text.isEmpty() && !text.contains("[none]"));
    }
}
