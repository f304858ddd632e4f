package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.snapshot.ResourceText;
import io.barkeeper.snapshot.paste.LoggedFunction.Fate;
import io.barkeeper.snapshot.paste.LoggedFunction.Refusal;
import io.barkeeper.snapshot.paste.LoggedFunction.Spot;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel log says became of a resource. The kernel names it by name ({@code BAR 2 […]: assigned}, since 6.8 and
 * in later stable releases of 6.1), by row ({@code BAR 14: assigned […]}, before), or by register when it finds the
 * function ({@code reg 0x18: […]}, before). A line without a verdict is the register at discovery, or the list of windows
 * that are in use.
 */
final class LogVerdicts {

    private static final Pattern NAMED = Pattern.compile("(BAR|VF BAR|ROM|bridge window)(?: (\\d{1,2}))?(:)? *(.*)");
    private static final Pattern REGISTER = Pattern.compile("reg (0x[0-9a-f]{1,3}): (\\[.*\\].*)");
    private static final Pattern VF_SPACE =
            Pattern.compile("VF\\(n\\) BAR(\\d) space: (\\[.*\\]).*contains BAR\\d for (\\d{1,5}) VFs.*");
    private static final Pattern FOR_VFS = Pattern.compile(".*contains BAR \\d for (\\d{1,5}) VFs.*");
    private static final Pattern CUT = Pattern.compile(".*\\[(?:mem|io)\\b[^\\]]*$");

    private LogVerdicts() {}

    /** True when the line ends within a resource. */
    static boolean isCut(String text) {
        return CUT.matcher(text).matches();
    }

    static void accept(LoggedFunction function, PasteLine line, String text, boolean late) {
        Matcher register = REGISTER.matcher(text);
        if (register.matches()) {
            int number = (int) ResourceText.hex(register.group(1));
            if (number >= 0x10 && number <= 0x24) {
                note(function, (number - 0x10) / 4, register.group(2), "", line, late);
            } else if (number == 0x30 || number == 0x38) {
                note(function, Resource.ROM, register.group(2), "", line, late);
            }
            return;
        }
        Matcher space = VF_SPACE.matcher(text);
        if (space.matches()) {
            function.totalVfs = OptionalInt.of(Integer.parseInt(space.group(3)));
            note(function, Resource.FIRST_VF + Integer.parseInt(space.group(1)), space.group(2), "", line, late);
            return;
        }
        Matcher named = NAMED.matcher(text);
        if (named.matches()) {
            named(function, named, line, late);
        }
    }

    private static void named(LoggedFunction function, Matcher named, PasteLine line, boolean late) {
        String name = named.group(1);
        int number = named.group(2) == null ? -1 : Integer.parseInt(named.group(2));
        String rest = named.group(4);
        int bracket = rest.indexOf(']');
        if (bracket < 0 || rest.substring(bracket + 1).startsWith(" to [bus")) {
            return; // how a window would be sized
        }
        String verdict = rest.startsWith("[") ? rest.substring(bracket + 1) : rest.substring(0, rest.indexOf('['));
        Matcher vfs = FOR_VFS.matcher(verdict);
        if (vfs.matches()) {
            function.totalVfs = OptionalInt.of(Integer.parseInt(vfs.group(1)));
        }
        if (name.equals("bridge window")) {
            function.bridge = true;
            ResourceText.find(rest, 0).ifPresent(t -> note(function, t.windowIndex(), rest, verdict, line, late));
        } else if (name.equals("ROM")) {
            note(function, Resource.ROM, rest, verdict, line, late);
        } else if (name.equals("VF BAR") && number >= 0 && number < 6) {
            boolean ofOne = verdict.isEmpty();
            if (!ofOne) {
                note(function, Resource.FIRST_VF + number, rest, verdict, line, late);
            }
        } else if (name.equals("BAR") && number >= 0 && number <= Resource.WINDOW_PREF) {
            function.bridge |= number >= Resource.WINDOW_IO;
            note(function, number, rest, verdict, line, late);
        }
    }

    private static void note(
            LoggedFunction function, int index, String rest, String verdict, PasteLine line, boolean late) {
        Optional<ResourceText> found = ResourceText.find(rest, 0);
        if (found.isEmpty() || found.get().size() == 0) {
            return;
        }
        ResourceText text = found.get();
        if (verdict.contains("failed to expand") || verdict.contains("failed to add")) {
            return; // an optional part more would have been welcome; it stays where it is
        }
        Fate fate = fate(text, verdict);
        Optional<AddressRange> range = fate == Fate.PLACED ? text.range() : Optional.empty();
        function.spots.put(index, new Spot(fate, kind(index, text), text.is64Bit(), text.size(), range, late, line));
        if (fate == Fate.FAILED) {
            function.refusals.put(index, new Refusal(text.size(), line));
        }
    }

    private static Fate fate(ResourceText text, String verdict) {
        if (text.range().isEmpty()
                || verdict.contains("no space")
                || verdict.contains("failed to assign")
                || verdict.contains("can't claim")) {
            return Fate.FAILED;
        }
        if (verdict.contains("releasing")) {
            return Fate.RELEASED;
        }
        return text.range().get().start() == 0 ? Fate.BLANK : Fate.PLACED;
    }

    private static ResourceKind kind(int index, ResourceText text) {
        return switch (index) {
            case Resource.ROM -> ResourceKind.ROM;
            case Resource.WINDOW_IO -> ResourceKind.WINDOW_IO;
            case Resource.WINDOW_MEM -> ResourceKind.WINDOW_MEM;
            case Resource.WINDOW_PREF -> ResourceKind.WINDOW_PREF;
            default -> text.barKind();
        };
    }
}
