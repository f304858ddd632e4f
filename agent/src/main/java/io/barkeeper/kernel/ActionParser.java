package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads actions as {@code barkeeper simulate} takes them: {@code remove:0000:00:02.0},
 * {@code hotplug:0000:02:03.0:mem32=4K,mem64pref=256M}. Everything before the first colon names the action; addresses
 * may leave out the domain.
 */
public final class ActionParser {

    private ActionParser() {}

    /**
     * Reads one action that names no file.
     *
     * @throws ActionSyntaxException when the text is no action; the message says what was expected
     */
    public static Action parse(String text) {
        return parse(text, file -> {
            throw new ActionSyntaxException("'@" + file + "' names a file, which cannot be read here");
        });
    }

    /**
     * Reads one action.
     *
     * @param files gives the functions of the snapshot that {@code @FILE} names, root first
     * @throws ActionSyntaxException when the text is no action; the message says what was expected
     */
    public static Action parse(String text, Function<String, List<PciFunction>> files) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (name.equals("rescan") && colon < 0) {
            return new Action.RescanAll();
        }
        Operands operands = new Operands(text, colon < 0 ? "" : text.substring(colon + 1));
        Action action = action(name, operands, files);
        operands.expectEnd();
        return action;
    }

    private static Action action(String name, Operands operands, Function<String, List<PciFunction>> files) {
        return switch (name) {
            case "unbind" -> new Action.Unbind(operands.address());
            case "bind" -> new Action.Bind(operands.address(), operands.word("a driver's name"));
            case "decode" -> new Action.Decode(operands.address(), operands.flag());
            case "remove" -> new Action.Remove(operands.address());
            case "rescan" -> new Action.Rescan(operands.address());
            case "rescan-bus" -> operands.bus();
            case "window" -> new Action.Window(operands.address(), operands.windowKind(), operands.sizeOrClosed());
            case "align" -> new Action.Align(operands.addresses(), operands.size());
            case "resize" ->
                new Action.Resize(operands.address(), operands.number("a BAR's number", 5), operands.size());
            case "numvfs" -> new Action.NumVfs(operands.address(), operands.number("a number of VFs", 65535));
            case "renumber" -> new Action.Renumber(operands.address());
            case "hotplug" -> new Action.Hotplug(operands.address(), device(operands, files), false);
            case "hotplug-acpi" -> hotplugAcpi(operands, files);
            case "unplug" -> new Action.Unplug(operands.address(), false);
            case "unplug-acpi" -> unplugAcpi(operands);
            case "poweroff" -> new Action.SlotPower(operands.address(), false);
            case "poweron" -> new Action.SlotPower(operands.address(), true);
            case "power-loss" -> new Action.PowerLoss(operands.address());
            default ->
                throw new ActionSyntaxException("'" + name + "' is no action; actions are unbind, bind, decode, remove,"
                        + " rescan, rescan-bus, window, align, resize, numvfs, renumber, hotplug, hotplug-acpi, unplug,"
                        + " unplug-acpi, poweroff, poweron and power-loss");
        };
    }

    /** PORT is a bridge, or a slot of a conventional or root bus: {@code 0000:00:05}, without a function. */
    private static Action hotplugAcpi(Operands operands, Function<String, List<PciFunction>> files) {
        Optional<PciAddress> slot = operands.slot();
        if (slot.isPresent()) {
            PciAddress at = slot.get();
            return new Action.SlotHotplug(at.domain(), at.bus(), at.device(), device(operands, files));
        }
        return new Action.Hotplug(operands.address(), device(operands, files), true);
    }

    private static Action unplugAcpi(Operands operands) {
        Optional<PciAddress> slot = operands.slot();
        if (slot.isPresent()) {
            return new Action.SlotUnplug(
                    slot.get().domain(), slot.get().bus(), slot.get().device());
        }
        return new Action.Unplug(operands.address(), true);
    }

    private static DeviceSpec device(Operands operands, Function<String, List<PciFunction>> files) {
        String spec = operands.rest("a device, such as mem32=4K,mem64pref=256M");
        if (spec.startsWith("@")) {
            List<PciFunction> subtree = files.apply(spec.substring(1));
            if (subtree.isEmpty()) {
                throw new ActionSyntaxException("'" + spec + "' holds no function");
            }
            return new DeviceSpec(List.of(), subtree, spec);
        }
        return parseSpec(spec);
    }

    /**
     * Reads a device: its functions joined by {@code +}, each a list of BARs from 0 up.
     *
     * @throws ActionSyntaxException when the text is none
     */
    public static DeviceSpec parseSpec(String text) {
        return DeviceSpecParser.parse(text);
    }

    /** The operands of one action, taken from the left. */
    private static final class Operands {

        private static final Pattern SLOT = Pattern.compile("([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2})(?::|$)");

        private final String whole;
        private String rest;

        Operands(String whole, String rest) {
            this.whole = whole;
            this.rest = rest;
        }

        private ActionSyntaxException wrong(String expected) {
            return new ActionSyntaxException("'" + whole + "' is no action: "
                    + (rest.isEmpty() ? "after it" : "in place of '" + rest + "'") + " " + expected + " was expected");
        }

        private String take(int end) {
            String taken = rest.substring(0, end);
            rest = end < rest.length() ? rest.substring(end + 1) : "";
            return taken;
        }

        /** An address has colons of its own, so it ends with its function digit. */
        PciAddress address() {
            int dot = rest.indexOf('.');
            int end = dot + 2;
            boolean ends = dot > 0 && (end == rest.length() || (end < rest.length() && rest.charAt(end) == ':'));
            if (!ends) {
                throw wrong("an address like 0000:03:00.0");
            }
            String text = rest.substring(0, end);
            PciAddress address = PciAddress.tryParse(text).orElseThrow(() -> wrong("an address like 0000:03:00.0"));
            take(end);
            return address;
        }

        /** One or more of them, joined by {@code +}. */
        List<PciAddress> addresses() {
            List<PciAddress> addresses = new ArrayList<>();
            int more = rest.indexOf('+');
            while (more >= 0) {
                String text = take(more);
                addresses.add(PciAddress.tryParse(text)
                        .orElseThrow(() -> new ActionSyntaxException(
                                "'" + whole + "' is no action: '" + text + "' is no address like 0000:03:00.0")));
                more = rest.indexOf('+');
            }
            addresses.add(address());
            return addresses;
        }

        /** Domain, bus and device number without a function, if that is what comes next. */
        Optional<PciAddress> slot() {
            Matcher slot = SLOT.matcher(rest);
            if (!slot.lookingAt()) {
                return Optional.empty();
            }
            Optional<PciAddress> address = PciAddress.tryParse(slot.group(1) + ".0");
            if (address.isPresent()) {
                take(slot.end(1));
            }
            return address;
        }

        Action bus() {
            PciAddress first = PciAddress.tryParse(rest + ":00.0").orElseThrow(() -> wrong("a bus like 0000:03"));
            if (rest.indexOf(':') < 0) {
                throw wrong("a bus like 0000:03");
            }
            rest = "";
            return new Action.RescanBus(first.domain(), first.bus());
        }

        String word(String what) {
            int colon = rest.indexOf(':');
            String word = take(colon < 0 ? rest.length() : colon);
            if (word.isEmpty()) {
                throw wrong(what);
            }
            return word;
        }

        String rest(String what) {
            if (rest.isEmpty()) {
                throw wrong(what);
            }
            return take(rest.length());
        }

        boolean flag() {
            String word = word("on or off");
            if (!word.equals("on") && !word.equals("off")) {
                throw new ActionSyntaxException("'" + whole + "' is no action: '" + word + "' is neither on nor off");
            }
            return word.equals("on");
        }

        ResourceKind windowKind() {
            String word = word("io, mem or pref");
            return switch (word) {
                case "io" -> ResourceKind.WINDOW_IO;
                case "mem" -> ResourceKind.WINDOW_MEM;
                case "pref" -> ResourceKind.WINDOW_PREF;
                default ->
                    throw new ActionSyntaxException(
                            "'" + whole + "' is no action: a window is io, mem or pref, not '" + word + "'");
            };
        }

        long sizeOrClosed() {
            return rest.equals("closed") ? take(rest.length()).length() * 0L : size();
        }

        long size() {
            String word = word("a size like 256M");
            OptionalLong size = Sizes.parse(word);
            if (size.isEmpty() || size.getAsLong() == 0) {
                throw new ActionSyntaxException(
                        "'" + whole + "' is no action: '" + word + "' is no size; one is written like 4096, 64K or 2M");
            }
            return size.getAsLong();
        }

        int number(String what, int most) {
            String word = word(what);
            try {
                int number = Integer.parseInt(word);
                if (number >= 0 && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // falls through to the message below, which covers both cases
            }
            throw new ActionSyntaxException(
                    "'" + whole + "' is no action: '" + word + "' is not " + what + " from 0 to " + most);
        }

        void expectEnd() {
            if (rest.isEmpty() && whole.endsWith(":")) {
                throw new ActionSyntaxException("'" + whole + "' is no action: nothing follows the last colon");
            }
            if (!rest.isEmpty()) {
                throw new ActionSyntaxException("'" + whole + "' is no action: '" + rest + "' is too much");
            }
        }
    }
}
