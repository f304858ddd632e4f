package io.barkeeper.hotplug;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the kernel's form of a uevent: {@code ACTION@DEVPATH}, then {@code KEY=VALUE} for each variable, each ended by a
 * NUL byte (lib/kobject_uevent.c, alloc_uevent_skb and kobject_uevent_env). Pure; any bytes give an answer.
 */
public final class UeventParser {

    /** The kernel's own buffer holds 2 KiB of variables and the header; udev reads 8 KiB. */
    private static final int LONGEST = 8192;

    private static final String UDEV_MAGIC = "libudev";

    private UeventParser() {}

    public static ParsedUevent parse(byte[] bytes) {
        if (bytes.length == 0) {
            return new Malformed("an empty message");
        }
        if (bytes.length > LONGEST) {
            return new Malformed(
                    "a message of " + bytes.length + " bytes, more than the " + LONGEST + " of any uevent");
        }
        if (bytes[bytes.length - 1] != 0) {
            return new Malformed("a message that does not end with a NUL byte: it was cut, or is no uevent");
        }
        String[] parts = new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8).split("\0", -1);
        return parse(parts);
    }

    private static ParsedUevent parse(String[] parts) {
        String header = parts[0];
        if (header.equals(UDEV_MAGIC)) {
            return new Malformed("a message of udev, not of the kernel");
        }
        int at = header.indexOf('@');
        if (at <= 0 || at + 1 >= header.length() || header.charAt(at + 1) != '/') {
            return new Malformed("a header that is not ACTION@DEVPATH");
        }
        Map<String, String> properties = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals <= 0) {
                return new Malformed("a variable that is not KEY=VALUE");
            }
            properties.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        String action = header.substring(0, at);
        String devicePath = header.substring(at + 1);
        if (!action.equals(properties.get("ACTION")) || !devicePath.equals(properties.get("DEVPATH"))) {
            return new Malformed("a header that says something else than the variables");
        }
        return new Uevent(action, devicePath, properties);
    }
}
