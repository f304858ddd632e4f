package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.KernelIdentity;
import io.barkeeper.snapshot.KernelLog;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which kernel printed a paste: from the banner and the command line in its log. */
final class PastedKernel {

    private static final Pattern BANNER = Pattern.compile("Linux version (\\S+) .*?(#\\d.*)?");
    private static final Pattern COMMAND_LINE = Pattern.compile("(?:Kernel c|C)ommand line: (.*)");
    private static final Pattern X86 =
            Pattern.compile(".*(BIOS-e820|System ROM|Video ROM|IOAPIC|HPET|Local APIC|\\[mem 0x000a0000-0x000bffff).*");
    private static final Pattern ARM = Pattern.compile(".*(aarch64|arm64|GICv[234]|psci: ).*");

    private final Paste paste;
    private final KernelLog log;
    private final LogChoice choice;
    private final Gaps gaps;

    PastedKernel(Paste paste, KernelLog log, LogChoice choice, Gaps gaps) {
        this.paste = paste;
        this.log = log;
        this.choice = choice;
        this.gaps = gaps;
    }

    KernelIdentity identity(Optional<String> wished) {
        Matcher banner = BANNER.matcher(log.banner());
        boolean known = banner.matches();
        String release = wished.orElse(known ? banner.group(1) : "");
        if (release.isEmpty()) {
            gaps.add(
                    "BK-NOTE-KERNEL",
                    "the paste does not tell the kernel's release",
                    "what that kernel would do cannot be said; name it with --kernel");
        }
        String version = known && banner.group(2) != null ? banner.group(2) : "";
        return new KernelIdentity(release, version, architecture(release), "", commandLine());
    }

    private String commandLine() {
        for (PasteLine line : choice.lines()) {
            Matcher m = COMMAND_LINE.matcher(PasteSorter.message(line.text()));
            if (m.matches()) {
                return m.group(1);
            }
        }
        gaps.add(
                "BK-NOTE-COMMAND-LINE",
                "the kernel's command line is not shown",
                "options like pci=realloc and pci=hpmmiosize are taken to be absent");
        return "";
    }

    private String architecture(String release) {
        boolean arm = ARM.matcher(release + log.banner()).matches() || shown(ARM);
        if (arm) {
            return "aarch64";
        }
        boolean x86 = release.contains("amd64")
                || release.contains("x86_64")
                || log.banner().contains("x86_64");
        if (!x86 && !shown(X86)) {
            gaps.add(
                    "BK-NOTE-ARCHITECTURE",
                    "the architecture is not shown",
                    "x86_64 is assumed, whose kernel reads window registers on a rescan");
        }
        return "x86_64";
    }

    private boolean shown(Pattern mark) {
        return Stream.concat(paste.iomem.stream(), choice.lines().stream())
                .anyMatch(line -> mark.matcher(line.text()).matches());
    }
}
