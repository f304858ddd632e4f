package io.barkeeper.kernel;

import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads SPEC: {@code mem32=4K,io=256,mem64pref=256M}. BARs are counted from 0 and a 64-bit one takes two places;
 * {@code none} leaves a place empty; {@code rom=SIZE} and {@code vfN=KIND:SIZE*COUNT} name their places themselves.
 */
final class DeviceSpecParser {

    private static final Map<String, ResourceKind> KINDS = Map.of(
            "io", ResourceKind.IO,
            "mem32", ResourceKind.MEM32,
            "mem32pref", ResourceKind.MEM32_PREF,
            "mem64", ResourceKind.MEM64,
            "mem64pref", ResourceKind.MEM64_PREF);
    private static final int MAX_FUNCTIONS = 8;
    private static final long LEAST_MEMORY = 16;
    private static final long LEAST_IO = 4;
    private static final long MOST_IO = 1 << 16;
    private static final int MAX_VFS = 65535;

    private final String text;

    private DeviceSpecParser(String text) {
        this.text = text;
    }

    static DeviceSpec parse(String text) {
        return new DeviceSpecParser(text).device();
    }

    private ActionSyntaxException wrong(String why) {
        return new ActionSyntaxException("'" + text + "' describes no device: " + why);
    }

    private DeviceSpec device() {
        List<DeviceSpec.FunctionSpec> functions = new ArrayList<>();
        for (String function : text.split("\\+", -1)) {
            functions.add(function(function));
        }
        if (functions.size() > MAX_FUNCTIONS) {
            throw wrong("a device has at most " + MAX_FUNCTIONS + " functions");
        }
        return new DeviceSpec(functions, List.of(), text);
    }

    private DeviceSpec.FunctionSpec function(String function) {
        List<DeviceSpec.BarSpec> bars = new ArrayList<>();
        int place = 0;
        for (String part : function.split(",", -1)) {
            if (part.equals("none")) {
                place++;
                continue;
            }
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw wrong("'" + part + "' is not written KIND=SIZE");
            }
            String name = part.substring(0, equals);
            String value = part.substring(equals + 1);
            if (name.equals("rom")) {
                bars.add(new DeviceSpec.BarSpec(Resource.ROM, ResourceKind.ROM, size(value, ResourceKind.ROM), 1));
            } else if (name.matches("vf[0-5]")) {
                bars.add(vfBar(Resource.FIRST_VF + name.charAt(2) - '0', value));
            } else {
                ResourceKind kind = kind(name);
                bars.add(new DeviceSpec.BarSpec(place, kind, size(value, kind), 1));
                place += kind.is64Bit() ? 2 : 1;
            }
        }
        if (place > Resource.ROM) {
            throw wrong("a function has 6 places for BARs, and a 64-bit BAR takes two");
        }
        return new DeviceSpec.FunctionSpec(bars);
    }

    private ResourceKind kind(String name) {
        ResourceKind kind = KINDS.get(name);
        if (kind == null) {
            throw wrong("'" + name + "' is no kind; kinds are io, mem32, mem32pref, mem64, mem64pref, none and rom");
        }
        return kind;
    }

    private DeviceSpec.BarSpec vfBar(int index, String value) {
        int colon = value.indexOf(':');
        int star = value.indexOf('*');
        if (colon < 0 || star < colon) {
            throw wrong("a VF BAR is written vf0=mem64:16K*8");
        }
        ResourceKind kind = kind(value.substring(0, colon));
        if (kind.isIo()) {
            throw wrong("a VF has no I/O BARs");
        }
        long size = size(value.substring(colon + 1, star), kind);
        int count;
        try {
            count = Integer.parseInt(value.substring(star + 1));
        } catch (NumberFormatException e) {
            count = 0;
        }
        if (count < 1 || count > MAX_VFS) {
            throw wrong("'" + value.substring(star + 1) + "' is no number of VFs");
        }
        return new DeviceSpec.BarSpec(index, kind, size, count);
    }

    private long size(String value, ResourceKind kind) {
        OptionalLong parsed = Sizes.parse(value);
        if (parsed.isEmpty() || Long.bitCount(parsed.getAsLong()) != 1) {
            throw wrong("'" + value + "' is no size of a BAR, which is a power of two such as 4K or 256M");
        }
        long size = parsed.getAsLong();
        long least = kind.isIo() ? LEAST_IO : LEAST_MEMORY;
        boolean tooBig = (kind.isIo() && size > MOST_IO)
                || (!kind.is64Bit() && !kind.isIo() && Long.compareUnsigned(size, 1L << 31) > 0);
        if (Long.compareUnsigned(size, least) < 0 || tooBig) {
            throw wrong("a BAR of kind " + kind.label() + " cannot have " + Sizes.human(size));
        }
        return size;
    }
}
