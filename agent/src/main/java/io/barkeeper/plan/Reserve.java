package io.barkeeper.plan;

import io.barkeeper.diagnosis.Works;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.kernel.DeviceSpec;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.kernel.Sizes;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A wish for later: that a device could be hot-added in an empty port, work, and harm nobody. Whether it holds is asked
 * of the kernel model, by plugging such a device in.
 *
 * @param port an empty hot-plug port
 * @param device what should fit
 */
public record Reserve(PciAddress port, DeviceSpec device) {

    private static final long PAGE = 4096;

    /**
     * Reads {@code PORT=SIZE}, for a device with one prefetchable 64-bit BAR of that size, or {@code PORT=SPEC}.
     *
     * @throws ActionSyntaxException when it is neither
     */
    public static Reserve parse(String text) {
        int equals = text.indexOf('=');
        Optional<PciAddress> port = equals < 0 ? Optional.empty() : PciAddress.tryParse(text.substring(0, equals));
        if (port.isEmpty()) {
            throw new ActionSyntaxException("'" + text + "' is not written PORT=SIZE, for example 0000:02:03.0=256M");
        }
        return new Reserve(port.get(), device(text.substring(equals + 1)));
    }

    /**
     * Reads a size, for a device with one prefetchable 64-bit BAR of it, or a SPEC.
     *
     * @throws ActionSyntaxException when it is neither
     */
    public static DeviceSpec device(String text) {
        OptionalLong size = Sizes.parse(text);
        String spec = size.isEmpty()
                ? text
                : "mem32=" + Sizes.format(PAGE) + ",none,mem64pref=" + Sizes.format(size.getAsLong());
        return ActionParser.parseSpec(spec);
    }

    /** Bytes of the largest BAR in memory. */
    long largest() {
        return device.functions().stream()
                .flatMap(f -> f.bars().stream())
                .filter(b -> !b.kind().isIo())
                .mapToLong(DeviceSpec.BarSpec::size)
                .max()
                .orElse(0);
    }

    /** What would be wrong after such a hot-add, one sentence; empty when all would be well. */
    Optional<String> missingIn(Goal goal, KernelModel model, Topology machine) {
        String what = "a device with " + device + " in " + port;
        Prediction added = model.apply(machine, new Action.Hotplug(port, device, false));
        if (!added.isCertain()) {
            return Optional.of("what happens to " + what + " is uncertain: " + Trial.describe(added.doubts()));
        }
        Topology after = added.after();
        Works works = new Works(after, goal.history());
        for (PciFunction child : after.childrenOf(port)) {
            Optional<String> missing = works.shortcoming(child.address());
            if (missing.isPresent()) {
                return missing.map(m -> what + " would not work: " + m);
            }
        }
        return goal.lostIn(after).map(l -> what + ": " + l);
    }
}
