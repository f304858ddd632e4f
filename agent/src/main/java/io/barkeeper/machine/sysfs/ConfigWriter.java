package io.barkeeper.machine.sysfs;

import io.barkeeper.kernel.Action;
import io.barkeeper.machine.Outcome;
import io.barkeeper.nativeshim.AttributeFile;
import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceKind;
import java.nio.file.Path;
import java.util.Optional;

/** The steps that write config space. Kernel lockdown refuses them with EPERM. */
final class ConfigWriter {

    private static final int COMMAND = 0x04;
    private static final int BAR_0 = 0x10;
    private static final int PRIMARY_BUS = 0x18;
    private static final int DECODE = PciFunction.COMMAND_IO | PciFunction.COMMAND_MEMORY;
    private static final int HEADER = 64;

    private final SysfsPaths paths;

    ConfigWriter(SysfsPaths paths) {
        this.paths = paths;
    }

    /**
     * Switches I/O and memory decode. Off is a precaution, so that two functions never answer at one address: where
     * lockdown forbids it, that is said and the step counts as done. On sets the bits of the kinds that have addresses.
     */
    Outcome decode(Action.Decode action) {
        Path config = config(action.address());
        try {
            int before = register(config, COMMAND, 2);
            int after = action.on() ? before | assignedKinds(action.address()) : before & ~DECODE;
            if (after != before) {
                AttributeFile.pwrite(config, COMMAND, new WindowRegisters.Write(COMMAND, 2, after).bytes());
            }
            return new Outcome.Done(String.format("command 0x%04x, was 0x%04x", after, before));
        } catch (ErrnoException e) {
            return e.errno() == Errno.EPERM && !action.on()
                    ? new Outcome.Done("decode left on: config space cannot be written (" + e.getMessage() + ")")
                    : failed(e);
        }
    }

    private int assignedKinds(PciAddress address) throws ErrnoException {
        int bits = 0;
        for (String row : AttributeFile.read(paths.device(address).resolve("resource"))
                .lines()
                .limit(6)
                .toList()) {
            String[] columns = row.strip().split(" ");
            if (columns.length == 3 && !columns[0].matches("0x0+")) {
                long flags = Long.decode(columns[2]);
                bits |= (flags & 0x100) != 0 ? PciFunction.COMMAND_IO : 0;
                bits |= (flags & 0x200) != 0 ? PciFunction.COMMAND_MEMORY : 0;
            }
        }
        return bits;
    }

    /**
     * Writes a bridge's window registers and reads them back. Only where nothing is left below: the next scan that finds
     * the bridge anew takes the size from here. A window that is given a size keeps its base; it forwards nothing, since
     * the bridge's decode bits are cleared first.
     */
    Outcome window(Action.Window action) {
        Path device = paths.device(action.address());
        boolean populated = SysfsPaths.entries(device).stream()
                .anyMatch(e -> PciAddress.tryParse(SysfsPaths.name(e)).isPresent());
        if (populated) {
            return new Outcome.Failed(
                    0,
                    "the " + action.kind().label() + " window of " + action.address() + " is in use by what is below");
        }
        Path config = config(action.address());
        try {
            byte[] header = AttributeFile.pread(config, 0, HEADER);
            if (header.length < HEADER || (header[0x0e] & 0x7f) != 1) {
                return new Outcome.Failed(0, action.address() + " shows no header of a bridge");
            }
            Optional<AddressRange> wanted = wanted(action, header);
            if (wanted.isPresent()) {
                int command = ((header[COMMAND] & 0xff) | ((header[COMMAND + 1] & 0xff) << 8)) & ~DECODE;
                write(config, new WindowRegisters.Write(COMMAND, 2, command));
            }
            for (WindowRegisters.Write write : WindowRegisters.writes(action.kind(), wanted)) {
                write(config, write);
            }
            Optional<AddressRange> found = WindowRegisters.read(action.kind(), AttributeFile.pread(config, 0, HEADER));
            return found.equals(wanted)
                    ? new Outcome.Done(found.map(AddressRange::toString).orElse("closed"))
                    : new Outcome.Failed(
                            0,
                            "the registers hold "
                                    + found.map(AddressRange::toString).orElse("nothing") + " after they were written");
        } catch (ErrnoException e) {
            return failed(e);
        }
    }

    private static Optional<AddressRange> wanted(Action.Window action, byte[] header) {
        if (action.size() == 0) {
            return Optional.empty();
        }
        long granule = action.kind() == ResourceKind.WINDOW_IO ? 0x1000 : 0x100000;
        long base = WindowRegisters.read(action.kind(), header)
                .map(AddressRange::start)
                .orElse(0L);
        return AddressRange.fitting(base, AddressRange.alignUp(action.size(), granule));
    }

    /** Zeroes the bus numbers of a bridge: the next scan that finds it anew takes the next free ones. */
    Outcome renumber(PciAddress bridge) {
        try {
            Path config = config(bridge);
            for (int i = 0; i < 3; i++) {
                AttributeFile.pwrite(config, PRIMARY_BUS + i, new byte[1]);
            }
            return Outcome.done();
        } catch (ErrnoException e) {
            return failed(e);
        }
    }

    /** See {@link io.barkeeper.machine.Effect.ProbeBarSize}. */
    Outcome probe(PciAddress address, int bar) {
        String refusal = probeRefusal(address, bar);
        if (!refusal.isEmpty()) {
            return new Outcome.Failed(0, "BAR " + bar + " of " + address + " is not probed: " + refusal);
        }
        Path config = config(address);
        int offset = BAR_0 + 4 * bar;
        try {
            if ((register(config, COMMAND, 2) & DECODE) != 0) {
                return new Outcome.Failed(0, "BAR " + bar + " of " + address + " is not probed: it decodes addresses");
            }
            int low = register(config, offset, 4);
            boolean wide = (low & 7) == 4 && bar < 5;
            long mask = mask(config, offset, low) & 0xffffffffL;
            mask |= (wide ? (long) mask(config, offset + 4, register(config, offset + 4, 4)) : -1L) << 32;
            long type = (low & 1) == 1 ? 3 : 15;
            boolean shortIo = (low & 1) == 1 && (mask & 0xffff0000L) == 0;
            long size = ~((shortIo ? mask | 0xffff0000L : mask) & ~type) + 1;
            return (mask & 0xffffffffL & ~type) == 0 && !wide
                    ? new Outcome.Failed(0, address + " has no BAR " + bar)
                    : new Outcome.Done(Long.toUnsignedString(size));
        } catch (ErrnoException e) {
            return failed(e);
        }
    }

    private String probeRefusal(PciAddress address, int bar) {
        Path device = paths.device(address);
        if (bar < 0 || bar > 5) {
            return "there are BARs 0 to 5";
        }
        if (paths.driverOf(address).isPresent()) {
            return "it has a driver";
        }
        if (!SysfsPaths.text(device.resolve("power/runtime_status")).orElse("").matches("active|unsupported|")) {
            return "it is suspended";
        }
        return Lockdown.of(paths)
                .map(level -> "the kernel is locked down: " + level)
                .orElse("");
    }

    /**
     * What stays of all ones; the register gets its value back, or 0 where it held just these ones: they were left by a
     * question that was cut off.
     */
    private static int mask(Path config, int offset, int value) throws ErrnoException {
        int before = value;
        write(config, new WindowRegisters.Write(offset, 4, -1));
        try {
            int mask = register(config, offset, 4);
            before = mask == value ? 0 : value;
            return mask;
        } finally {
            write(config, new WindowRegisters.Write(offset, 4, before));
        }
    }

    private static void write(Path config, WindowRegisters.Write write) throws ErrnoException {
        AttributeFile.pwrite(config, write.offset(), write.bytes());
    }

    private static int register(Path config, int offset, int width) throws ErrnoException {
        byte[] bytes = AttributeFile.pread(config, offset, width);
        if (bytes.length < width) {
            throw new ErrnoException(Errno.EIO, "pread (short)", config.toString());
        }
        int value = 0;
        for (int i = 0; i < width; i++) {
            value |= (bytes[i] & 0xff) << (8 * i);
        }
        return value;
    }

    private Path config(PciAddress address) {
        return paths.device(address).resolve("config");
    }

    private static Outcome failed(ErrnoException e) {
        return new Outcome.Failed(e.errno(), String.valueOf(e.getMessage()));
    }
}
