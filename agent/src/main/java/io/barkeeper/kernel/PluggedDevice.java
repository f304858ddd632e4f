package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Sriov;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A device that was just powered on: BARs zero, decoding off, bus numbers zero, and the windows of its bridges all zero,
 * which names an open window of the smallest size. It waits behind its port until a scan finds it.
 */
final class PluggedDevice {

    /** "Does not fit any class": a class that resources are assigned to. */
    private static final int OTHER_CLASS = 0xff0000;

    private static final long IO_GRANULE = 4096;
    private static final long MEM_GRANULE = 1 << 20;

    private PluggedDevice() {}

    /** Puts the device behind a bus, not yet known to the kernel; device numbers count from {@code device}. */
    static void plug(LiveTree tree, LiveBus bus, long key, int device, DeviceSpec spec) {
        if (spec.subtree().isEmpty()) {
            int number = 0;
            for (DeviceSpec.FunctionSpec function : spec.functions()) {
                PciAddress address = new PciAddress(bus.domain, bus.number, device, number++);
                tree.detach(endpoint(address, parentOf(bus), function), key);
            }
            return;
        }
        plugSubtree(tree, bus, key, spec.subtree());
    }

    private static Optional<PciAddress> parentOf(LiveBus bus) {
        return Optional.ofNullable(bus.bridge).map(b -> b.address);
    }

    private static PciFunction endpoint(
            PciAddress address, Optional<PciAddress> parent, DeviceSpec.FunctionSpec function) {
        List<Resource> rows = new ArrayList<>();
        int vfs = 0;
        for (DeviceSpec.BarSpec bar : function.bars()) {
            long size = bar.size() * Math.max(1, bar.count());
            rows.add(Resource.unassigned(bar.index(), bar.kind(), 0, OptionalLong.of(size), Decoded.closed()));
            vfs = bar.index() >= Resource.FIRST_VF ? Math.max(vfs, bar.count()) : vfs;
        }
        PciFunction plugged = PciFunction.of(address, parent, PciFunction.Ids.of(0, 0), OTHER_CLASS, PortType.ENDPOINT)
                .withResources(rows)
                .withCommand(OptionalInt.of(0), 0);
        return vfs == 0 ? plugged : plugged.withSriov(Optional.of(new Sriov(vfs, 0)));
    }

    private static void plugSubtree(LiveTree tree, LiveBus bus, long key, List<PciFunction> subtree) {
        Map<PciAddress, Long> keyBelow = new HashMap<>();
        int pseudo = 0;
        for (PciFunction function : subtree) {
            Optional<PciAddress> above = function.parent().filter(keyBelow::containsKey);
            long at = above.map(keyBelow::get).orElse(key);
            PciFunction fresh =
                    afterReset(function).withDriver(Optional.empty()).withAttachments(List.of());
            if (above.isEmpty()) {
                PciAddress was = function.address();
                PciAddress address = new PciAddress(bus.domain, bus.number, was.device(), was.function());
                fresh = fresh.at(address, parentOf(bus));
            }
            if (function.isBridge()) {
                long keyHere = tree.freshKey();
                keyBelow.put(function.address(), keyHere);
                tree.nameBelow(fresh.address(), at, keyHere);
                pseudo++;
            }
            tree.detach(fresh, at);
        }
        if (pseudo > 0) {
            tree.trace.say("plugged in with " + pseudo + " bridges");
        }
    }

    /** The same function with its registers at their reset values. */
    static PciFunction afterReset(PciFunction function) {
        List<Resource> rows = new ArrayList<>();
        for (Resource row : function.resources()) {
            OptionalLong size = row.isWindow() ? OptionalLong.of(0) : row.size();
            rows.add(
                    row.isFixed()
                            ? row
                            : Resource.unassigned(row.index(), row.kind(), 0, size, resetValue(function, row)));
        }
        PciFunction reset = function.withResources(rows).withCommand(OptionalInt.of(0), function.enableCount());
        return reset.bridge()
                .map(PluggedDevice::withoutNumbers)
                .map(reset::withBridge)
                .orElse(reset);
    }

    static Decoded resetValue(PciFunction function, Resource row) {
        if (!row.isWindow()) {
            return Decoded.closed();
        }
        Bridge.Windows windows =
                function.bridge().map(Bridge::windows).orElse(new Bridge.Windows(false, false, false, false));
        boolean absent = (row.kind() == ResourceKind.WINDOW_IO && !windows.io())
                || (row.kind() == ResourceKind.WINDOW_PREF && !windows.pref());
        long granule = row.kind().isIo() ? IO_GRANULE : MEM_GRANULE;
        return absent ? Decoded.closed() : Decoded.at(AddressRange.ofSize(0, granule));
    }

    static Bridge withoutNumbers(Bridge bridge) {
        return new Bridge(
                bridge.primary(),
                bridge.secondary(),
                bridge.subordinate(),
                bridge.windows(),
                bridge.hotplug(),
                bridge.pciehp(),
                bridge.subtractive(),
                bridge.slot(),
                true);
    }
}
