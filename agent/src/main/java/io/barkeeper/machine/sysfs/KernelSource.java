package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.snapshot.KernelLog;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which kernel runs: from procfs, or from the banner of its log. */
final class KernelSource {

    /** {@code Linux version 6.1.0-50-amd64 (builder) (gcc …) #1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-02)}. */
    private static final Pattern BANNER = Pattern.compile("Linux version (\\S+) .*?(#\\d.*)?");

    private final SysfsTree tree;

    KernelSource(SysfsTree tree) {
        this.tree = tree;
    }

    KernelIdentity read(KernelLog log) {
        String text = tree.text(tree.path("proc/version")).orElse(log.banner());
        Matcher banner = BANNER.matcher(text);
        boolean parsed = banner.matches();
        String release = tree.text(tree.path("proc/sys/kernel/osrelease")).orElse(parsed ? banner.group(1) : "");
        String version = tree.text(tree.path("proc/sys/kernel/version"))
                .or(() -> Optional.ofNullable(parsed ? banner.group(2) : null))
                .orElse("");
        String architecture = tree.text(tree.path("proc/sys/kernel/arch")).orElseGet(() -> architectureOf(release));
        String bootId = tree.text(tree.path("proc/sys/kernel/random/boot_id")).orElse("");
        String commandLine = tree.text(tree.path("proc/cmdline")).orElse("");
        return new KernelIdentity(release, version, architecture, bootId, commandLine);
    }

    /** {@code /proc/sys/kernel/arch} is there from 6.1 on; a capture may lack it. */
    private String architectureOf(String release) {
        if (tree.isLive()) {
            String name = System.getProperty("os.arch", "");
            return name.equals("amd64") ? "x86_64" : name;
        }
        return release.endsWith("arm64") || release.endsWith("aarch64") ? "aarch64" : "x86_64";
    }
}
