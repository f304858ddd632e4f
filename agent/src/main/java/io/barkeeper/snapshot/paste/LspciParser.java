package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code lspci -vvv} prints, with names, numbers or both, with or without a dump of the registers
 * ({@code -x}, {@code -xxx}, {@code -xxxx}). Details are {@link LspciDetails}', dumps {@link LspciDump}'s.
 */
final class LspciParser {

    private static final String ADDRESS = "((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])";

    /** {@code 00:1f.2 SATA controller [0106]: Vendor Device [8086:a102] (rev 31) (prog-if 01 [AHCI 1.0])}. */
    private static final Pattern HEAD =
            Pattern.compile(ADDRESS + " ([0-9a-f]{4}|[A-Z0-9][^:\\[]{2,60}?)(?: \\[([0-9a-f]{4})\\])?: (\\S.*)");

    private static final Pattern DUMP = Pattern.compile("[0-9a-f]{2,3}:(?: [0-9a-f]{2}){1,16} ?");
    private static final Pattern IDS = Pattern.compile("(?:^|.*\\[)([0-9a-f]{4}):([0-9a-f]{4})(?:\\].*| .*|$)");
    private static final Pattern REVISION = Pattern.compile(".*\\(rev ([0-9a-f]{2})\\).*");
    private static final Pattern INTERFACE = Pattern.compile(".*\\(prog-if ([0-9a-f]{2})\\b.*");

    private final Map<PciAddress, LspciFunction> functions = new LinkedHashMap<>();
    private final Map<PciAddress, List<PasteLine>> blocks = new LinkedHashMap<>();

    private LspciParser() {}

    static boolean isHead(String text) {
        return HEAD.matcher(text).matches();
    }

    static boolean isDump(String text) {
        return DUMP.matcher(text).matches();
    }

    /**
     * The functions in the order of the paste.
     *
     * @throws PasteException when one function is listed twice with different details, a dump is cut off, or a line
     *     names what no machine can have
     */
    static Map<PciAddress, LspciFunction> parse(List<PasteLine> lines) throws PasteException {
        LspciParser parser = new LspciParser();
        List<PasteLine> block = new ArrayList<>();
        for (PasteLine line : lines) {
            if (isHead(line.text()) && !block.isEmpty()) {
                parser.block(block);
                block.clear();
            }
            block.add(line);
        }
        if (!block.isEmpty()) {
            parser.block(block);
        }
        return parser.functions;
    }

    private void block(List<PasteLine> block) throws PasteException {
        PasteLine headLine = block.get(0);
        Matcher m = HEAD.matcher(headLine.text());
        if (!m.matches()) {
            return;
        }
        Optional<PciAddress> address = PciAddress.tryParse(m.group(1));
        if (address.isEmpty()) {
            throw PasteException.contradiction(
                    headLine.place() + ": " + m.group(1) + " is no PCI address: a bus has devices 00 to 1f");
        }
        List<PasteLine> before = blocks.putIfAbsent(address.get(), List.copyOf(block));
        if (before != null) {
            if (texts(before).equals(texts(block))) {
                return;
            }
            throw PasteException.contradiction(headLine.place() + ": " + address.get()
                    + " is listed a second time, in other words than at "
                    + before.get(0).place());
        }
        LspciFunction function = new LspciFunction(address.get(), headLine);
        head(function, m);
        LspciDump dump = new LspciDump(function);
        LspciDetails details = new LspciDetails(function);
        for (PasteLine line : block.subList(1, block.size())) {
            if (isDump(line.text())) {
                dump.accept(line);
            } else {
                details.accept(line);
            }
        }
        dump.finish();
        functions.put(address.get(), function);
    }

    private static List<String> texts(List<PasteLine> lines) {
        return lines.stream().map(PasteLine::text).toList();
    }

    private static void head(LspciFunction function, Matcher head) {
        String name = head.group(2);
        String rest = head.group(4);
        boolean numbers = name.matches("[0-9a-f]{4}");
        String code = numbers ? name : head.group(3);
        OptionalInt known = code == null ? ClassCodes.ofName(name) : OptionalInt.of(Integer.parseInt(code, 16));
        Matcher programming = INTERFACE.matcher(rest);
        int prog = programming.matches() ? Integer.parseInt(programming.group(1), 16) : 0;
        if (known.isPresent()) {
            function.classCode = OptionalInt.of(known.getAsInt() << 8 | prog);
            function.bridge =
                    known.getAsInt() == ClassCodes.PCI_BRIDGE || known.getAsInt() == ClassCodes.SEMI_TRANSPARENT;
        }
        Matcher revision = REVISION.matcher(rest);
        function.revision = revision.matches() ? Integer.parseInt(revision.group(1), 16) : 0;
        Matcher ids = IDS.matcher(rest);
        if (ids.matches()) {
            function.ids = Optional.of(
                    PciFunction.Ids.of(Integer.parseInt(ids.group(1), 16), Integer.parseInt(ids.group(2), 16)));
        }
    }
}
