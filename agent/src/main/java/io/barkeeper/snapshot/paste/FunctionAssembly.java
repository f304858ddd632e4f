package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.BarRegister;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Capabilities;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.Sriov;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Puts together one function of all that a paste says of it. */
final class FunctionAssembly {

    private static final int SUBTRACTIVE = 0x060401;
    private static final int VGA = 0x0300;

    private final MapClaims memory;
    private final boolean keepsLost;
    private final Gaps gaps;

    FunctionAssembly(MapClaims memory, boolean keepsLost, Gaps gaps) {
        this.memory = memory;
        this.keepsLost = keepsLost;
        this.gaps = gaps;
    }

    /** The bus below a bridge; empty when the paste does not tell, and for a function that is no bridge. */
    static OptionalInt secondary(Evidence evidence) {
        if (!evidence.isBridge()) {
            return OptionalInt.empty();
        }
        OptionalInt listed = evidence.lspci().map(f -> f.secondary).orElse(OptionalInt.empty());
        if (listed.isPresent()) {
            return listed;
        }
        OptionalInt dumped =
                evidence.dump().map(c -> OptionalInt.of(c.u8(0x19))).orElse(OptionalInt.empty());
        return dumped.isPresent()
                ? dumped
                : evidence.log().map(f -> f.secondary).orElse(OptionalInt.empty());
    }

    private static int subordinate(Evidence evidence, int secondary) {
        OptionalInt listed = evidence.lspci().map(f -> f.subordinate).orElse(OptionalInt.empty());
        OptionalInt dumped =
                evidence.dump().map(c -> OptionalInt.of(c.u8(0x1a))).orElse(OptionalInt.empty());
        OptionalInt logged = evidence.log().map(f -> f.subordinate).orElse(OptionalInt.empty());
        int last = listed.orElse(dumped.orElse(logged.orElse(secondary)));
        return Math.max(secondary, last);
    }

    /**
     * One function.
     *
     * @param parent the bridge above; empty on a root bus
     * @param type its port type, where the paste or its place tells
     */
    PciFunction assemble(Evidence evidence, Optional<PciAddress> parent, PortType type) throws PasteException {
        List<Resource> resources = new ArrayList<>(new BarAssembly(evidence, memory, gaps).resources());
        Optional<Bridge> bridge = Optional.empty();
        OptionalInt secondary = secondary(evidence);
        int classCode = classCode(evidence);
        if (secondary.isPresent()) {
            int bus = secondary.getAsInt();
            WindowAssembly windows = new WindowAssembly(
                    evidence, memory.windowsTo(evidence.address().domain(), bus), keepsLost, gaps);
            resources.addAll(windows.resources());
            bridge = Optional.of(new Bridge(
                    evidence.address().bus(),
                    bus,
                    subordinate(evidence, bus),
                    windows.windows(),
                    hotplug(evidence),
                    evidence.log().map(f -> f.pciehp).orElse(false),
                    classCode == SUBTRACTIVE,
                    Optional.empty()));
        }
        Optional<String> driver = driver(evidence, resources);
        noteSilent(evidence);
        Optional<Sriov> sriov = sriov(evidence);
        if (sriov.isEmpty() && resources.stream().anyMatch(Resource::isVfBar)) {
            gaps.of(
                    evidence.address(),
                    "BK-NOTE-VFS",
                    "the number of its virtual functions is not shown",
                    "the alignment of its VF BARs is unknown");
        }
        return new PciFunction(
                evidence.address(),
                parent,
                ids(evidence),
                classCode,
                type,
                driver,
                driver.isPresent() ? 1 : 0,
                command(evidence),
                resources,
                bridge,
                sriov,
                Optional.empty(),
                List.of(),
                new PciFunction.Traits(
                        isBootVga(classCode, resources),
                        false,
                        evidence.lspci().map(f -> f.iommuGroup).orElse(OptionalInt.empty())));
    }

    /**
     * A driver that speaks in the log has at least tried. Without the memory BARs that it needs it is taken to have
     * failed.
     */
    private Optional<String> driver(Evidence evidence, List<Resource> resources) {
        if (evidence.lspci().isPresent()) {
            return evidence.lspci().flatMap(f -> f.driver).or(() -> claimant(evidence.address(), resources));
        }
        Optional<String> heard = evidence.log().flatMap(f -> f.driver);
        boolean crippled =
                resources.stream().anyMatch(r -> r.isStandardBar() && !r.kind().isIo() && !r.isAssigned());
        if (heard.isPresent() && crippled) {
            gaps.of(
                    evidence.address(),
                    "BK-NOTE-DRIVER",
                    "driver " + heard.get() + " speaks in the log, and a BAR has no address",
                    "the driver is taken not to be bound");
            return Optional.empty();
        }
        return heard;
    }

    private Optional<String> claimant(PciAddress address, List<Resource> resources) {
        Optional<String> name = memory.isHidden()
                ? Optional.empty()
                : resources.stream()
                        .filter(r -> r.isStandardBar() && !r.kind().isIo())
                        .flatMap(r -> r.range().stream())
                        .flatMap(r -> memory.claimant(r).stream())
                        .findFirst();
        name.ifPresent(n -> gaps.of(
                address,
                "BK-NOTE-DRIVER",
                "lspci names no driver, and /proc/iomem shows '" + n + "' in a BAR",
                "a driver of that name is taken to be bound"));
        return name;
    }

    private static OptionalInt command(Evidence evidence) {
        OptionalInt dumped =
                evidence.dump().map(c -> OptionalInt.of(c.command())).orElse(OptionalInt.empty());
        return dumped.isPresent()
                ? dumped
                : evidence.lspci().map(f -> f.command).orElse(OptionalInt.empty());
    }

    private static boolean isBootVga(int classCode, List<Resource> resources) {
        return classCode >>> 8 == VGA
                && resources.stream().anyMatch(r -> ResourceFlags.has(r.flags(), ResourceFlags.ROM_SHADOW));
    }

    private boolean hotplug(Evidence evidence) {
        Optional<Boolean> dumped = evidence.dump()
                .filter(c -> c.visibility() != ConfigSpace.Visibility.HEADER)
                .flatMap(Capabilities::express)
                .map(Capabilities.Express::hotplug);
        boolean logged = evidence.log().map(f -> f.hotplug).orElse(false);
        boolean told = dumped.isPresent()
                || logged
                || evidence.lspci().map(f -> f.capabilitiesShown).orElse(false);
        if (!told) {
            gaps.of(
                    evidence.address(),
                    "BK-NOTE-HOTPLUG",
                    "the paste does not show whether it is a hot-plug port",
                    "it is taken for none, so that the kernel would reserve nothing for it");
        }
        return dumped.orElseGet(
                () -> logged || evidence.lspci().map(f -> f.hotplug).orElse(false));
    }

    private int classCode(Evidence evidence) {
        OptionalInt dumped = evidence.dump()
                .map(c -> OptionalInt.of((int) (c.u32(0x08) >>> 8)))
                .orElse(OptionalInt.empty());
        OptionalInt listed = evidence.lspci().map(f -> f.classCode).orElse(OptionalInt.empty());
        OptionalInt logged = evidence.log().map(f -> f.classCode).orElse(OptionalInt.empty());
        if (dumped.isEmpty() && listed.isEmpty() && logged.isEmpty()) {
            if (!evidence.isBridge()) {
                gaps.of(evidence.address(), "BK-NOTE-CLASS", "the class is not shown", "it is written as 0xff0000");
            }
            return evidence.isBridge() ? ClassCodes.PCI_BRIDGE << 8 : ClassCodes.UNKNOWN;
        }
        return dumped.orElse(logged.orElse(listed.orElse(ClassCodes.UNKNOWN)));
    }

    private PciFunction.Ids ids(Evidence evidence) {
        Optional<ConfigSpace> dump = evidence.dump();
        if (dump.isPresent()) {
            ConfigSpace c = dump.get();
            boolean bridge = c.isBridge();
            return new PciFunction.Ids(
                    c.u16(0), c.u16(2), bridge ? 0 : c.u16(0x2c), bridge ? 0 : c.u16(0x2e), c.u8(8), serial(evidence));
        }
        Optional<PciFunction.Ids> known =
                evidence.lspci().flatMap(f -> f.ids).or(() -> evidence.log().flatMap(f -> f.ids));
        if (known.isEmpty()) {
            gaps.of(
                    evidence.address(),
                    "BK-NOTE-IDS",
                    "vendor and device numbers are not shown",
                    "they are written as 0x0000; 'lspci -nn' prints them");
        }
        int subsystem = evidence.lspci().map(f -> f.subsystem.orElse(0)).orElse(0);
        return new PciFunction.Ids(
                known.map(PciFunction.Ids::vendor).orElse(0),
                known.map(PciFunction.Ids::device).orElse(0),
                evidence.isBridge() ? 0 : subsystem >>> 16,
                evidence.isBridge() ? 0 : subsystem & 0xffff,
                evidence.lspci().map(f -> f.revision).orElse(0),
                serial(evidence));
    }

    private static String serial(Evidence evidence) {
        return evidence.dump()
                .map(Capabilities::serial)
                .filter(s -> !s.isEmpty())
                .or(() -> evidence.lspci().map(f -> f.serial))
                .orElse("");
    }

    private static Optional<Sriov> sriov(Evidence evidence) {
        Optional<Sriov> dumped = evidence.dump().flatMap(Capabilities::sriov);
        if (dumped.isPresent()) {
            return dumped;
        }
        OptionalInt listed = evidence.lspci().map(f -> f.totalVfs).orElse(OptionalInt.empty());
        OptionalInt logged = evidence.log().map(f -> f.totalVfs).orElse(OptionalInt.empty());
        if (listed.isEmpty() && logged.isEmpty()) {
            return Optional.empty();
        }
        int now = evidence.lspci().map(f -> f.numVfs.orElse(0)).orElse(0);
        return Optional.of(new Sriov(listed.orElse(logged.orElse(0)), now));
    }

    private void noteSilent(Evidence evidence) {
        evidence.lspci().ifPresent(f -> {
            if (f.silent) {
                gaps.of(f.address, "BK-NOTE-SILENT", "it did not answer lspci", "it may have lost power");
            }
            if (f.capabilitiesDenied) {
                gaps.of(
                        f.address,
                        "BK-NOTE-HEADER-ONLY",
                        "lspci ran without root",
                        "port type, hot-plug capability and VF BARs are unknown");
            }
            if (f.unnumberedRegions || onlyDumped(f)) {
                gaps.of(
                        f.address,
                        "BK-NOTE-REGIONS",
                        "lspci does not number its regions",
                        "they are left out; 'lspci -vvv' numbers them");
            }
        });
    }

    /** Registers tell where a BAR is, and not how large it is. */
    private static boolean onlyDumped(LspciFunction function) {
        return function.regions.isEmpty()
                && function.dump
                        .filter(config -> IntStream.range(0, Resource.ROM)
                                .mapToObj(index -> BarRegister.read(config, index))
                                .flatMap(Optional::stream)
                                .anyMatch(BarRegister::showsThatItExists))
                        .isPresent();
    }
}
