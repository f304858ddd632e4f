package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.MachineException;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Capabilities;
import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Sriov;
import io.barkeeper.snapshot.KernelLog;
import io.barkeeper.snapshot.KernelReleases;
import io.barkeeper.snapshot.MalformedTextException;
import io.barkeeper.snapshot.ResourceAssembly;
import io.barkeeper.snapshot.ResourceRow;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads one function after the other. */
final class FunctionSource {

    private static final int VGA = 0x0300;
    private static final int OLD_VGA = 0x0001;

    private final SysfsTree tree;
    private final SysfsReader.Context context;
    private final BridgeSource bridges;
    private final Set<PciAddress> withoutCapabilities = new HashSet<>();
    private final Set<PciAddress> withLink = new HashSet<>();

    FunctionSource(SysfsTree tree, SysfsReader.Context context) {
        this.tree = tree;
        this.context = context;
        this.bridges = new BridgeSource(tree, context);
    }

    /** Functions read so far whose capabilities could not be seen. */
    Set<PciAddress> withoutCapabilities() {
        return Set.copyOf(withoutCapabilities);
    }

    /** Those of them that have a PCI Express link. */
    Set<PciAddress> withLink() {
        return Set.copyOf(withLink);
    }

    PciFunction read(PciAddress address) throws VanishedException, MachineException {
        Path directory = tree.path("sys/bus/pci/devices").resolve(address.toString());
        try {
            return readFrom(directory, address);
        } catch (ErrnoException e) {
            throw new MachineException(
                    "BK-UNREADABLE",
                    address + " cannot be read: " + e.getMessage() + ". This file is readable by everybody on a "
                            + "running machine; look at the permissions of the tree");
        }
    }

    private PciFunction readFrom(Path directory, PciAddress address)
            throws VanishedException, MachineException, ErrnoException {
        DevicePath path = tree.target(directory)
                .map(DevicePath::of)
                .orElseThrow(() -> new VanishedException(directory.toString()));
        int classCode = number(directory, "class");
        PciFunction.Ids ids = ids(directory);
        boolean suspended = tree.text(directory.resolve("power/runtime_status"))
                .map("suspended"::equals)
                .orElse(false);
        Optional<ConfigSpace> config = suspended ? Optional.empty() : config(directory, address);
        if (suspended) {
            note(
                    "BK-NOTE-SUSPENDED",
                    address + " is suspended",
                    "its registers were not read, since that would wake it");
        }
        if (config.map(c -> c.visibility() == ConfigSpace.Visibility.HEADER).orElse(true)) {
            withoutCapabilities.add(address);
            if (tree.exists(directory.resolve("current_link_speed"))) {
                withLink.add(address);
            }
        }
        Optional<PciFunction> earlier = earlier(address, ids);
        ids = withSerial(ids, config, earlier);
        earlier = earlier(address, ids);
        Optional<PciAddress> physical =
                tree.targetName(directory.resolve("physfn")).flatMap(PciAddress::tryParse);
        List<ResourceRow> rows = rows(directory);
        KernelLog.FunctionTrace trace = context.log().of(address);
        Optional<Bridge> bridge = bridges.read(directory, address, classCode, config, rows, earlier);
        List<Resource> resources = ResourceAssembly.assemble(new ResourceAssembly.Sources(
                rows,
                config,
                bridge.filter(b -> classCode >>> 8 != BridgeSource.CARDBUS).map(Bridge::windows),
                earlier.map(PciFunction::resources).orElse(List.of()),
                trace,
                context.log().reachesBoot(),
                context.log().follows(),
                physical.isPresent(),
                KernelReleases.keepsLostWindows(context.kernel().release())));
        return new PciFunction(
                address,
                path.parent(),
                ids,
                classCode,
                config.flatMap(Capabilities::express)
                        .map(Capabilities.Express::type)
                        .orElse(PortType.CONVENTIONAL),
                tree.targetName(directory.resolve("driver")),
                optionalNumber(directory, "enable").orElse(0),
                config.map(c -> OptionalInt.of(c.command())).orElse(OptionalInt.empty()),
                resources,
                bridge,
                physical.isPresent() ? Optional.empty() : sriov(directory, config, earlier),
                physical,
                List.of(),
                traits(directory, classCode, suspended));
    }

    private Optional<PciFunction> earlier(PciAddress address, PciFunction.Ids ids) {
        return context.earlier().flatMap(t -> t.find(address)).filter(e -> sameMake(e.ids(), ids));
    }

    private static boolean sameMake(PciFunction.Ids one, PciFunction.Ids other) {
        boolean serialsAgree = one.serial().isEmpty()
                || other.serial().isEmpty()
                || one.serial().equals(other.serial());
        return one.vendor() == other.vendor()
                && one.device() == other.device()
                && one.subsystemVendor() == other.subsystemVendor()
                && one.subsystemDevice() == other.subsystemDevice()
                && serialsAgree;
    }

    private Optional<ConfigSpace> config(Path directory, PciAddress address)
            throws VanishedException, MachineException {
        byte[] bytes;
        try {
            bytes = tree.config(directory.resolve("config"));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EACCES && e.errno() != Errno.EPERM) {
                throw new MachineException("BK-UNREADABLE", address + " cannot be read: " + e.getMessage());
            }
            note("BK-NOTE-CONFIG", "the registers of " + address + " cannot be read", "what it decodes is unknown");
            return Optional.empty();
        }
        ConfigSpace config = ConfigSpace.of(bytes)
                .orElseThrow(() -> new MachineException(
                        "BK-CONFIG-TRUNCATED",
                        directory.resolve("config") + " has " + bytes.length
                                + " bytes; a kernel shows 64, 256 or 4096. The file was cut off: capture it again"));
        if (!config.answers()) {
            note("BK-NOTE-SILENT", address + " does not answer", "its registers are unknown; it may have lost power");
            return Optional.empty();
        }
        if (config.visibility() == ConfigSpace.Visibility.HEADER) {
            note(
                    "BK-NOTE-HEADER-ONLY",
                    "only the first 64 bytes of configuration space can be read without CAP_SYS_ADMIN",
                    "port types, hot-plug capability, serial numbers and VF BARs are taken from elsewhere or unknown");
        }
        return Optional.of(config);
    }

    private List<ResourceRow> rows(Path directory) throws VanishedException, MachineException, ErrnoException {
        Path file = directory.resolve("resource");
        try {
            return ResourceRow.parse(tree.required(file));
        } catch (MalformedTextException e) {
            throw new MachineException("BK-BAD-ATTRIBUTE", file + " cannot be understood: " + e.getMessage());
        }
    }

    private PciFunction.Ids ids(Path directory) throws VanishedException, MachineException, ErrnoException {
        return new PciFunction.Ids(
                number(directory, "vendor"),
                number(directory, "device"),
                optionalNumber(directory, "subsystem_vendor").orElse(0),
                optionalNumber(directory, "subsystem_device").orElse(0),
                optionalNumber(directory, "revision").orElse(0),
                "");
    }

    /** A sleeping function keeps the serial number that it had when it was awake. */
    private static PciFunction.Ids withSerial(
            PciFunction.Ids ids, Optional<ConfigSpace> config, Optional<PciFunction> earlier) {
        return new PciFunction.Ids(
                ids.vendor(),
                ids.device(),
                ids.subsystemVendor(),
                ids.subsystemDevice(),
                ids.revision(),
                config.map(Capabilities::serial)
                        .orElseGet(() -> earlier.map(e -> e.ids().serial()).orElse("")));
    }

    /** TotalVFs of the capability counts, since that is what VF BARs take room for; sysfs shows a driver's own limit. */
    private Optional<Sriov> sriov(Path directory, Optional<ConfigSpace> config, Optional<PciFunction> earlier)
            throws MachineException {
        Optional<Sriov> registers = config.flatMap(Capabilities::sriov).or(() -> earlier.flatMap(PciFunction::sriov));
        // The kernel makes the attributes from the capability (pci_iov_init): without it there is nothing to ask for.
        boolean seesAll = config.map(c -> c.visibility() == ConfigSpace.Visibility.EXTENDED)
                .orElse(false);
        if (registers.isEmpty() && seesAll) {
            return Optional.empty();
        }
        OptionalInt total = optionalNumber(directory, "sriov_totalvfs");
        if (registers.isEmpty() && total.isEmpty()) {
            return Optional.empty();
        }
        OptionalInt now = optionalNumber(directory, "sriov_numvfs");
        return Optional.of(new Sriov(
                registers.map(Sriov::totalVfs).orElse(total.orElse(0)),
                now.orElse(registers.map(Sriov::numVfs).orElse(0))));
    }

    private PciFunction.Traits traits(Path directory, int classCode, boolean suspended) throws MachineException {
        OptionalInt group = tree.targetName(directory.resolve("iommu_group"))
                .filter(n -> n.matches("\\d{1,9}"))
                .map(n -> OptionalInt.of(Integer.parseInt(n)))
                .orElse(OptionalInt.empty());
        boolean bootVga =
                isVga(classCode) && optionalNumber(directory, "boot_vga").orElse(0) == 1;
        return new PciFunction.Traits(bootVga, suspended, group);
    }

    /** The others have no attribute {@code boot_vga} (pci_dev_attrs_are_visible, pci_is_vga). */
    private static boolean isVga(int classCode) {
        return classCode >>> 8 == VGA || classCode >>> 8 == OLD_VGA;
    }

    private int number(Path directory, String name) throws VanishedException, MachineException, ErrnoException {
        Path file = directory.resolve(name);
        return parse(file, tree.required(file));
    }

    private OptionalInt optionalNumber(Path directory, String name) throws MachineException {
        Path file = directory.resolve(name);
        Optional<String> text = tree.text(file);
        return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(parse(file, text.get()));
    }

    private static int parse(Path file, String text) throws MachineException {
        try {
            return text.startsWith("0x") ? Integer.parseInt(text.substring(2), 16) : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new MachineException(
                    "BK-BAD-ATTRIBUTE",
                    file + " holds '" + text.lines().findFirst().orElse("") + "', which is no number");
        }
    }

    private void note(String code, String what, String consequence) {
        context.notes().add(code, what, consequence);
    }
}
