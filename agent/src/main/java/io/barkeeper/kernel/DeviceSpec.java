package io.barkeeper.kernel;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceKind;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A device that arrives in a slot: its functions from 0 up, or a subtree taken from a snapshot.
 *
 * @param functions described functions; empty when {@code subtree} is used
 * @param subtree functions of a snapshot, root first; empty when {@code functions} is used
 * @param text the SPEC that it was read from
 */
public record DeviceSpec(List<FunctionSpec> functions, List<PciFunction> subtree, String text) {

    public DeviceSpec {
        functions = List.copyOf(functions);
        subtree = List.copyOf(subtree);
    }

    /** @return a device described function by function */
    public static DeviceSpec of(List<FunctionSpec> functions) {
        return new DeviceSpec(
                functions,
                List.of(),
                functions.stream().map(FunctionSpec::toString).collect(Collectors.joining("+")));
    }

    @Override
    public String toString() {
        return text;
    }

    /** One function by its resources. */
    public record FunctionSpec(List<BarSpec> bars) {

        public FunctionSpec {
            bars = List.copyOf(bars);
        }

        @Override
        public String toString() {
            return bars.isEmpty()
                    ? "none"
                    : bars.stream().map(BarSpec::toString).collect(Collectors.joining(","));
        }
    }

    /**
     * One resource.
     *
     * @param index the row it takes: 0 to 5, 6 for a ROM, 7 to 12 for a VF BAR
     * @param kind a BAR kind, or {@link ResourceKind#ROM}
     * @param size bytes; of one VF for a VF BAR
     * @param count VFs for a VF BAR, otherwise 1
     */
    public record BarSpec(int index, ResourceKind kind, long size, int count) {

        @Override
        public String toString() {
            if (index >= 7) {
                return "vf" + (index - 7) + "=" + kind.label() + ":" + Sizes.format(size) + "*" + count;
            }
            return kind.label() + "=" + Sizes.format(size);
        }
    }
}
