package io.barkeeper.pci;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * One PCI function with everything the model, the diagnosis and the planner look at.
 *
 * @param address where it is now
 * @param parent the bridge above; empty on a root bus
 * @param ids vendor and device numbers
 * @param classCode 24 bits: base class, subclass, programming interface
 * @param type Device/Port Type
 * @param driver the bound driver
 * @param enableCount the sysfs attribute {@code enable}: how often it was enabled. A bridge that is enabled is not
 *     programmed by a rescan ({@code pci_setup_bridge} is skipped)
 * @param command the command register (PCI 3.0, 6.2.2); empty when it was not read
 * @param resources ascending by index; rows that do not exist are left out
 * @param bridge present on bridges
 * @param sriov present on physical functions
 * @param physicalFunction present on virtual functions
 * @param attachments disks and interfaces
 * @param traits flags from sysfs that decide who may move
 */
public record PciFunction(
        PciAddress address,
        Optional<PciAddress> parent,
        Ids ids,
        int classCode,
        PortType type,
        Optional<String> driver,
        int enableCount,
        OptionalInt command,
        List<Resource> resources,
        Optional<Bridge> bridge,
        Optional<Sriov> sriov,
        Optional<PciAddress> physicalFunction,
        List<Attachment> attachments,
        Traits traits) {

    public static final int COMMAND_IO = 0x1;
    public static final int COMMAND_MEMORY = 0x2;

    /**
     * Vendor and device numbers, 16 bits each; subsystem 0 where there is none.
     *
     * @param serial the Device Serial Number capability (PCIe 6.0, 7.9.3) as 16 hex digits, or empty text
     */
    public record Ids(int vendor, int device, int subsystemVendor, int subsystemDevice, int revision, String serial) {

        public static Ids of(int vendor, int device) {
            return new Ids(vendor, device, 0, 0, 0, "");
        }

        @Override
        public String toString() {
            return Hex.digits(vendor, 4) + ':' + Hex.digits(device, 4);
        }
    }

    /**
     * Flags from sysfs.
     *
     * @param bootVga the VGA device that firmware used ({@code boot_vga})
     * @param suspended {@code power/runtime_status} is suspended: its config space was not read
     * @param iommuGroup the IOMMU group's number
     */
    public record Traits(boolean bootVga, boolean suspended, OptionalInt iommuGroup) {

        public static final Traits NONE = new Traits(false, false, OptionalInt.empty());
    }

    public PciFunction {
        resources = List.copyOf(resources);
        attachments = List.copyOf(attachments);
    }

    /** A function with nothing but what every function has. */
    public static PciFunction of(
            PciAddress address, Optional<PciAddress> parent, Ids ids, int classCode, PortType type) {
        return new PciFunction(
                address,
                parent,
                ids,
                classCode,
                type,
                Optional.empty(),
                0,
                OptionalInt.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Traits.NONE);
    }

    public boolean isBridge() {
        return bridge.isPresent();
    }

    public boolean isVirtualFunction() {
        return physicalFunction.isPresent();
    }

    /** Base class and subclass: the upper 16 bits of the class code. */
    public int classAndSubclass() {
        return classCode >>> 8;
    }

    public Optional<Resource> resource(int index) {
        for (Resource resource : resources) {
            if (resource.index() == index) {
                return Optional.of(resource);
            }
        }
        return Optional.empty();
    }

    /** Bytes of one VF's share of a VF BAR, which is also its alignment. */
    public long sizeOfOneVf(Resource vfBar) {
        int total = sriov.map(Sriov::totalVfs).orElse(1);
        return vfBar.size().orElse(0) / Math.max(total, 1);
    }

    public PciFunction withResources(List<Resource> newResources) {
        return changed(draft -> draft.resources = newResources);
    }

    /** With another Device/Port Type. */
    public PciFunction withType(PortType newType) {
        return changed(draft -> draft.type = newType);
    }

    public PciFunction withDriver(Optional<String> newDriver) {
        return changed(draft -> draft.driver = newDriver);
    }

    public PciFunction withBridge(Bridge newBridge) {
        return changed(draft -> draft.bridge = Optional.of(newBridge));
    }

    /** With another command register and enable count. */
    public PciFunction withCommand(OptionalInt newCommand, int newEnableCount) {
        return changed(draft -> {
            draft.command = newCommand;
            draft.enableCount = newEnableCount;
        });
    }

    public PciFunction withSriov(Optional<Sriov> newSriov) {
        return changed(draft -> draft.sriov = newSriov);
    }

    public PciFunction withAttachments(List<Attachment> newAttachments) {
        return changed(draft -> draft.attachments = newAttachments);
    }

    public PciFunction withTraits(Traits newTraits) {
        return changed(draft -> draft.traits = newTraits);
    }

    /** The same function at another place, as after a renumbering. */
    public PciFunction at(PciAddress newAddress, Optional<PciAddress> newParent) {
        return changed(draft -> {
            draft.address = newAddress;
            draft.parent = newParent;
        });
    }

    private PciFunction changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finish();
    }

    /** A copy in the making: the one place that lists every component. */
    private static final class Draft {
        private PciAddress address;
        private Optional<PciAddress> parent;
        private final Ids ids;
        private final int classCode;
        private PortType type;
        private Optional<String> driver;
        private int enableCount;
        private OptionalInt command;
        private List<Resource> resources;
        private Optional<Bridge> bridge;
        private Optional<Sriov> sriov;
        private final Optional<PciAddress> physicalFunction;
        private List<Attachment> attachments;
        private Traits traits;

        Draft(PciFunction was) {
            address = was.address;
            parent = was.parent;
            ids = was.ids;
            classCode = was.classCode;
            type = was.type;
            driver = was.driver;
            enableCount = was.enableCount;
            command = was.command;
            resources = was.resources;
            bridge = was.bridge;
            sriov = was.sriov;
            physicalFunction = was.physicalFunction;
            attachments = was.attachments;
            traits = was.traits;
        }

        PciFunction finish() {
            return new PciFunction(
                    address,
                    parent,
                    ids,
                    classCode,
                    type,
                    driver,
                    enableCount,
                    command,
                    resources,
                    bridge,
                    sriov,
                    physicalFunction,
                    attachments,
                    traits);
        }
    }
}
