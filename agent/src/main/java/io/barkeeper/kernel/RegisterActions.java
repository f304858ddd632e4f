package io.barkeeper.kernel;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Actions that move no resource by themselves: drivers, decode bits, registers written by hand, the alignment that the
 * next discovery sees, and virtual functions.
 */
final class RegisterActions {

    private static final int DECODE = PciFunction.COMMAND_IO | PciFunction.COMMAND_MEMORY;
    private static final int COMMAND_MASTER = 0x4;
    private static final long IO_GRANULE = 4096;
    private static final long FINE_IO_GRANULE = 1024;
    private static final long MEM_GRANULE = 1 << 20;

    private final LiveTree tree;

    RegisterActions(LiveTree tree) {
        this.tree = tree;
    }

    static @Nullable PciAddress addressOf(Action action) {
        if (action instanceof Action.Unbind a) {
            return a.address();
        }
        if (action instanceof Action.Bind a) {
            return a.address();
        }
        if (action instanceof Action.Decode a) {
            return a.address();
        }
        if (action instanceof Action.Window a) {
            return a.address();
        }
        if (action instanceof Action.NumVfs a) {
            return a.address();
        }
        return action instanceof Action.Renumber a ? a.address() : null;
    }

    boolean run(LiveFunction function, Action action) {
        if (action instanceof Action.Unbind) {
            return unbind(function);
        }
        if (action instanceof Action.Bind bind) {
            return bind(function, bind.driver());
        }
        if (action instanceof Action.Decode decode) {
            return decode(function, decode.on());
        }
        if (action instanceof Action.Window window) {
            return window(function, window);
        }
        if (action instanceof Action.NumVfs vfs) {
            return numVfs(function, vfs.count());
        }
        if (action instanceof Action.Renumber) {
            return renumber(function);
        }
        throw new IllegalArgumentException("no such action: " + action);
    }

    private boolean refuse(LiveFunction function, String why) {
        tree.doubt(function.address, -1, why);
        return false;
    }

    /** Leaves the decode bits as they are; only bus mastering stops. */
    private boolean unbind(LiveFunction function) {
        if (function.driver.isEmpty()) {
            return refuse(function, "it has no driver to unbind");
        }
        function.driver = Optional.empty();
        function.enableCount = Math.max(0, function.enableCount - 1);
        setCommand(function, 0, COMMAND_MASTER);
        return true;
    }

    private boolean bind(LiveFunction function, String driver) {
        if (function.driver.isPresent()) {
            return refuse(function, "it already has the driver " + function.driver.get());
        }
        function.driver = Optional.of(driver);
        function.enableCount++;
        setCommand(function, Discovery.decodeBits(function), 0);
        return true;
    }

    private boolean decode(LiveFunction function, boolean on) {
        if (on) {
            setCommand(function, Discovery.decodeBits(function), 0);
        } else {
            setCommand(function, 0, DECODE);
        }
        return true;
    }

    private static void setCommand(LiveFunction function, int set, int clear) {
        if (function.command.isPresent()) {
            function.command = OptionalInt.of((function.command.getAsInt() & ~clear) | set);
        }
    }

    /** Only the span between base and limit matters later; where the window lies is kept if that is possible. */
    private boolean window(LiveFunction function, Action.Window action) {
        if (!function.isBridge() || !action.kind().isWindow()) {
            return refuse(function, "it is no bridge");
        }
        LiveResource window = function.row(indexOf(action.kind()));
        if (!TreeWriter.isImplemented(function, window)) {
            return refuse(function, "it has no " + action.kind().label() + " window");
        }
        long granule = granule(function, window);
        if ((action.size() & (granule - 1)) != 0) {
            return refuse(function, "its windows are multiples of " + Sizes.human(granule));
        }
        long start = window.assigned()
                ? window.start
                : window.decoded().map(AddressRange::start).orElse(0L);
        window.registers =
                AddressRange.fitting(start, action.size()).map(Decoded::at).orElseGet(Decoded::closed);
        return true;
    }

    private static long granule(LiveFunction bridge, LiveResource window) {
        if (!window.kind.isIo()) {
            return MEM_GRANULE;
        }
        return bridge.origin.bridge().map(b -> b.windows().io1k()).orElse(false) ? FINE_IO_GRANULE : IO_GRANULE;
    }

    static int indexOf(ResourceKind window) {
        return switch (window) {
            case WINDOW_IO -> Resource.WINDOW_IO;
            case WINDOW_MEM -> Resource.WINDOW_MEM;
            default -> Resource.WINDOW_PREF;
        };
    }

    private boolean renumber(LiveFunction function) {
        if (!function.isBridge()) {
            return refuse(function, "it is no bridge");
        }
        tree.doubt(function.address, -1, Risk.RENUMBER);
        function.busNumbersCleared = true;
        return true;
    }

    /** Space for all virtual functions is always reserved, so their number changes nothing in the layout. */
    private boolean numVfs(LiveFunction function, int count) {
        int total = function.origin.sriov().map(s -> s.totalVfs()).orElse(0);
        if (count > total || total == 0) {
            return refuse(function, "it has " + total + " virtual functions, not " + count);
        }
        if (function.driver.isEmpty()) {
            return refuse(function, "only a driver can enable virtual functions");
        }
        if (count > 0) {
            for (int i = Resource.FIRST_VF; i <= Resource.LAST_VF; i++) {
                LiveResource row = function.rows[i];
                if (row != null && !row.assigned()) {
                    return refuse(function, "not enough MMIO resources for SR-IOV: " + row.label + " is unassigned");
                }
            }
            tree.doubt(function.address, -1, "which addresses its virtual functions get is not modelled");
        }
        for (LiveFunction other : new ArrayList<>(function.bus.functions)) {
            if (other.origin.physicalFunction().equals(Optional.of(function.address))) {
                new Removal(tree).unplug(other);
            }
        }
        function.vfs = count;
        return true;
    }
}
