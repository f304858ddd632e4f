package io.barkeeper.conformance;

import java.util.Locale;
import java.util.Optional;

/** Window registers of a bridge (PCI-to-PCI Bridge Architecture 1.2, 3.2.5) as bytes for the guest's shell to write. */
final class WindowScript {
    private WindowScript() {}

    /**
     * Closes a window or opens it over {@code size} bytes, from where it begins, or from the first place above 0 when it is closed.
     *
     * @param kind {@code io}, {@code mem} or {@code pref}
     * @param size bytes, 0 to close
     */
    static Optional<LabAction> of(GuestView view, String bridge, String kind, long size) {
        byte[] config = view.configs().get(bridge);
        if (config == null) {
            return Optional.empty();
        }
        String script = switch (kind) {
            case "io" -> io(bridge, config, size);
            case "mem" -> mem(bridge, config, size);
            default -> pref(bridge, config, size);
        };
        String text = size == 0 ? "closed" : size >= 1 << 20 ? (size >> 20) + "M" : (size >> 10) + "K";
        return Optional.of(LabAction.script("window:" + bridge + ":" + kind + ":" + text, script));
    }

    private static String io(String bridge, byte[] config, long size) {
        if (size == 0) {
            return bytes(bridge, 0x1c, 0xf0, 0) + "\n" + bytes(bridge, 0x30, 0, 0, 0, 0);
        }
        boolean open = (config[0x1c] & 0xf0) <= (config[0x1d] & 0xf0);
        long base = open ? (config[0x1c] & 0xf0L) << 8 : 0;
        long limit = base + size - 1;
        return bytes(bridge, 0x1c, (int) (base >> 8 & 0xf0), (int) (limit >> 8 & 0xf0)) + "\n"
                + bytes(bridge, 0x30, 0, 0, (int) (limit >> 16 & 0xff), (int) (limit >> 24 & 0xff));
    }

    private static String mem(String bridge, byte[] config, long size) {
        if (size == 0) {
            return bytes(bridge, 0x20, 0xf0, 0xff, 0, 0);
        }
        boolean open = (word(config, 0x20) & 0xfff0) <= (word(config, 0x22) & 0xfff0);
        long base = open ? (word(config, 0x20) & 0xfff0L) << 16 : 0;
        long limit = base + size - 1;
        return bytes(bridge, 0x20, pair(base, limit));
    }

    private static String pref(String bridge, byte[] config, long size) {
        if (size == 0) {
            return bytes(bridge, 0x24, 0xf0, 0xff, 0, 0) + "\n" + bytes(bridge, 0x28, 0, 0, 0, 0, 0, 0, 0, 0);
        }
        long first =
                (word(config, 0x24) & 0xfff0L) << 16 | (word(config, 0x28) | (long) word(config, 0x2a) << 16) << 32;
        long last = (word(config, 0x26) & 0xfff0L) << 16 | (word(config, 0x2c) | (long) word(config, 0x2e) << 16) << 32;
        long base = Long.compareUnsigned(first, last) <= 0 ? first : 0;
        long limit = base + size - 1;
        return bytes(bridge, 0x24, pair(base, limit)) + "\n"
                + bytes(
                        bridge,
                        0x28,
                        upper(base, 0),
                        upper(base, 8),
                        upper(base, 16),
                        upper(base, 24),
                        upper(limit, 0),
                        upper(limit, 8),
                        upper(limit, 16),
                        upper(limit, 24));
    }

    private static int[] pair(long base, long limit) {
        return new int[] {
            (int) (base >> 16 & 0xf0), (int) (base >> 24 & 0xff), (int) (limit >> 16 & 0xf0), (int) (limit >> 24 & 0xff)
        };
    }

    private static int upper(long address, int shift) {
        return (int) ((address >>> (32 + shift)) & 0xff);
    }

    private static int word(byte[] config, int at) {
        return (config[at] & 0xff) | (config[at + 1] & 0xff) << 8;
    }

    /** Writes bytes to configuration space. */
    static String bytes(String function, int at, int... values) {
        StringBuilder octal = new StringBuilder();
        for (int value : values) {
            octal.append(String.format(Locale.ROOT, "\\%03o", value));
        }
        return "printf '" + octal + "' | dd of=/sys/bus/pci/devices/" + function + "/config bs=" + values.length
                + " seek=" + at + " oflag=seek_bytes conv=notrunc 2>/dev/null";
    }
}
