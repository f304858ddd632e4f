package io.barkeeper.snapshot.paste;

import io.barkeeper.snapshot.KernelLogText;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Sorts the lines of a paste by what printed them: {@code lspci}, {@code /proc/iomem}, {@code /proc/ioports} or the
 * kernel. Each kind has a form of its own, so that a mail with all of them in it needs no marks between; only the
 * details and dumps of {@code lspci} lean on the head above them. Marks of quotation, colours and the prefix of a log
 * daemon are taken off. Everything else, the tree of {@code lspci -t} included, is passed over and counted.
 */
final class PasteSorter {

    /** The longest line that anything prints is a few hundred characters. */
    private static final int LONGEST_LINE = 16_384;

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");
    private static final Pattern QUOTATION = Pattern.compile("^(?:[>|] ?)+");
    private static final Pattern MAP = Pattern.compile("\\s*([0-9a-fA-F]{1,16})-[0-9a-fA-F]{1,16} : \\S.*");
    private static final Pattern DETAIL = Pattern.compile("\\s+\\S.*");
    private static final Pattern TIMED = Pattern.compile(
            "(?:<\\d{1,3}>)?(?:[a-z0-9]+ *:[a-z]+ *: )?\\[ *(?:\\d+\\.\\d+|[A-Z][a-z]{2} [A-Z][a-z]{2} ).*");
    private static final Pattern DAEMON =
            Pattern.compile("^[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\S+ kernel: ?");
    private static final Pattern UNTIMED =
            Pattern.compile("(?:[\\w-]+ [0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]: "
                    + "|pci_bus [0-9a-f]{4,8}:[0-9a-f]{2}: |Linux version \\d|Command line: |Kernel command line: "
                    + "|BIOS-e820: |PCI: (?:Using|Ignoring) E820).*");

    /** A resource whose closing bracket the line end has cut off. */
    private static final Pattern OPEN_RESOURCE = Pattern.compile(".*\\[(?:mem|io)\\b[^\\]]*$");

    private static final Pattern CONTINUATION = Pattern.compile("\\s*[^\\[\\]]{0,60}\\].*");

    private final Paste paste = new Paste();
    private boolean inDevice;

    private PasteSorter() {}

    /**
     * Sorts texts one after the other.
     *
     * @param until the last line of each text that is read, counted from 1
     * @throws PasteException {@code BK-PASTE-BINARY}, {@code BK-PASTE-LINE} or {@code BK-PASTE-EMPTY} when a text is none
     *     that a program prints for people, {@code BK-PASTE-NOTHING} when no line is known
     */
    static Paste sort(List<PasteSource> sources, int until) throws PasteException {
        PasteSorter sorter = new PasteSorter();
        for (PasteSource source : sources) {
            check(source);
            sorter.inDevice = false;
            int number = 0;
            for (String line : source.text().lines().limit(until).toList()) {
                number++;
                sorter.accept(source, number, clean(source, number, line));
            }
        }
        if (sorter.paste.isEmpty()) {
            throw new PasteException(
                    "BK-PASTE-NOTHING",
                    "none of " + sorter.paste.others + " lines is from lspci, /proc/iomem or the kernel log",
                    "paste the output of 'lspci -vvv', 'cat /proc/iomem' or 'dmesg'");
        }
        return sorter.paste;
    }

    private static void check(PasteSource source) throws PasteException {
        if (source.text().isBlank()) {
            throw new PasteException(
                    "BK-PASTE-EMPTY",
                    source.name() + " is empty",
                    "paste the output of 'lspci -vvv', 'cat /proc/iomem' or 'dmesg'");
        }
        String text = source.text();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean printed = c >= ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\u001b';
            if (!printed || c == '\u007f') {
                throw new PasteException(
                        "BK-PASTE-BINARY",
                        String.format("%s is no text: character %d is 0x%02x", source.name(), i, (int) c),
                        "unpack it first, and name a text file");
            }
        }
    }

    private static String clean(PasteSource source, int number, String line) throws PasteException {
        if (line.length() > LONGEST_LINE) {
            throw new PasteException(
                    "BK-PASTE-LINE",
                    source.name() + ":" + number + " has " + line.length() + " characters; no program that is read here"
                            + " prints more than " + LONGEST_LINE + " in a line",
                    "look at that line: line ends may have been lost on the way");
        }
        String plain = COLOUR.matcher(line).replaceAll("").replace('\u00a0', ' ');
        return QUOTATION.matcher(plain).replaceFirst("").stripTrailing();
    }

    private void accept(PasteSource source, int number, String text) {
        PasteLine line = new PasteLine(source.name(), number, text);
        switch (source.kind()) {
            case MIXED -> acceptMixed(line);
            case LSPCI -> count(acceptLspci(line), line);
            case IOMEM -> count(acceptMap(line), line);
            case DMESG -> count(acceptLog(line, true), line);
        }
    }

    private void acceptMixed(PasteLine line) {
        boolean head = LspciParser.isHead(line.text());
        if (!head && (acceptMap(line) || acceptLog(line, false))) {
            inDevice = false;
            return;
        }
        count(acceptLspci(line), line);
    }

    private void count(boolean known, PasteLine line) {
        if (!known && !line.text().isBlank()) {
            paste.others++;
        }
    }

    private boolean acceptLspci(PasteLine line) {
        boolean head = LspciParser.isHead(line.text());
        boolean below = inDevice && (DETAIL.matcher(line.text()).matches() || LspciParser.isDump(line.text()));
        inDevice = head || below || (inDevice && line.text().isBlank());
        if (head || below) {
            paste.lspci.add(line);
        }
        return head || below;
    }

    private boolean acceptMap(PasteLine line) {
        var map = MAP.matcher(line.text());
        if (!map.matches()) {
            return false;
        }
        (map.group(1).length() <= 4 ? paste.ioports : paste.iomem).add(line);
        return true;
    }

    private boolean acceptLog(PasteLine line, boolean surely) {
        String text = line.text().strip();
        boolean timed = TIMED.matcher(text).matches();
        boolean daemon = DAEMON.matcher(text).find();
        boolean untimed = UNTIMED.matcher(text).matches();
        if (timed || daemon || untimed || (surely && !text.isEmpty() && !isContinuation(text))) {
            paste.log.add(new PasteLine(line.source(), line.number(), text));
            return true;
        }
        if (isContinuation(text)) {
            PasteLine first = paste.log.remove(paste.log.size() - 1);
            paste.log.add(new PasteLine(first.source(), first.number(), first.text() + " " + text));
            return true;
        }
        return false;
    }

    /** Mail programs break long lines; what follows the break belongs to the line above. */
    private boolean isContinuation(String text) {
        if (paste.log.isEmpty() || !CONTINUATION.matcher(text).matches()) {
            return false;
        }
        return OPEN_RESOURCE.matcher(paste.log.get(paste.log.size() - 1).text()).matches();
    }

    /** The message without its time; a log daemon's date is no part of it. */
    static String message(String logLine) {
        String text = DAEMON.matcher(logLine).replaceFirst("");
        List<String> messages = KernelLogText.messages(text);
        return messages.isEmpty() ? "" : messages.get(0).strip();
    }
}
