package io.barkeeper.config;

import io.barkeeper.pci.PciAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the keys of one {@code [[rule]]}, in any order. */
final class RuleReader {

    private static final Pattern ID = Pattern.compile("([0-9a-fA-F]{4}):([0-9a-fA-F]{4}|\\*)");
    private static final Pattern CLASS = Pattern.compile("0x([0-9a-fA-F]{2}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6})");

    static final String KEYS = "device, id, class, driver, movable, why";

    private Optional<PciAddress> device = Optional.empty();
    private OptionalInt vendor = OptionalInt.empty();
    private OptionalInt deviceId = OptionalInt.empty();
    private int classCode;
    private int classMask;
    private Optional<String> driver = Optional.empty();
    private Optional<Boolean> movable = Optional.empty();
    private String why = "";

    void set(String key, Object value) throws BadValue {
        switch (key) {
            case "device" -> device = Optional.of(Values.address(Values.string(value)));
            case "id" -> setId(Values.string(value));
            case "class" -> setClass(Values.string(value));
            case "driver" -> driver = Optional.of(Values.driver(Values.string(value)));
            case "movable" -> movable = Optional.of(Values.flag(value));
            case "why" -> why = Values.string(value);
            default -> throw new BadValue("a rule has no such key; it knows " + KEYS);
        }
    }

    private void setId(String text) throws BadValue {
        Matcher m = ID.matcher(text);
        if (!m.matches()) {
            throw new BadValue("'" + text + "' is no vendor and device, like \"8086:10d3\" or \"8086:*\"");
        }
        vendor = OptionalInt.of(Integer.parseInt(m.group(1), 16));
        deviceId = m.group(2).equals("*") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(m.group(2), 16));
    }

    private void setClass(String text) throws BadValue {
        Matcher m = CLASS.matcher(text);
        if (!m.matches()) {
            throw new BadValue(
                    "'" + text + "' is no class; one has two, four or six digits, like \"0x02\" or \"0x010802\"");
        }
        int missing = 24 - 4 * m.group(1).length();
        classCode = Integer.parseInt(m.group(1), 16) << missing;
        classMask = 0xffffff >>> missing << missing;
    }

    Rule rule() throws BadValue {
        if (device.isEmpty() && vendor.isEmpty() && classMask == 0 && driver.isEmpty()) {
            throw new BadValue("a rule needs at least one of device, id, class, driver");
        }
        if (movable.isEmpty()) {
            throw new BadValue("a rule needs movable = true or movable = false");
        }
        return new Rule(device, vendor, deviceId, classCode, classMask, driver, movable.get(), why);
    }
}
