package io.barkeeper.cli.text;

import java.util.List;

/** {@code barkeeper.explain/1} as a colleague would answer: what is missing, where it could go, who stands there. */
public final class ExplainText {

    private static final int MOST_NEIGHBOURS = 10;
    private static final int MOST_LOG_LINES = 16;

    /** What fails in the first round of an assignment fails for want of room; the second may release windows. */
    private static final String SECOND_ROUND = "PCI: No. 2 try";

    private ExplainText() {}

    public static List<String> of(Answer explain, int columns) {
        Lines lines = new Lines(columns);
        int classCode = (int) explain.hex("class").orElse(0);
        lines.line(explain.textOr("address", "?") + " " + ClassNames.of(classCode)
                + explain.text("driver").map(d -> ", driver " + d).orElse(", no driver"));
        List<String> withoutBus = explain.objects("troubles").stream()
                .filter(t -> t.textOr("cause", "").equals("no_bus"))
                .map(t -> t.textOr("why", ""))
                .toList();
        withoutBus.forEach(why -> lines.wrapped("", "It does not work: " + why + "."));
        if (explain.objects("resources").isEmpty() && withoutBus.isEmpty()) {
            lines.line("Every resource that it has is placed.");
        }
        for (Answer resource : explain.objects("resources")) {
            resource(lines, explain, resource);
        }
        explain.object("kernel").ifPresent(kernel -> log(lines, kernel));
        explain.object("movability").ifPresent(m -> {
            lines.blank();
            String may = m.flag("mayMove") ? "It may be moved: " : "It may not be moved: ";
            lines.wrapped("", may + m.textOr("why", ""));
        });
        List<String> advice = explain.texts("help");
        if (!advice.isEmpty()) {
            lines.blank();
            lines.line("What would help:");
            advice.forEach(a -> lines.wrapped("  - ", a));
        }
        return lines.asList();
    }

    private static void log(Lines lines, Answer kernel) {
        lines.blank();
        lines.wrapped(
                "",
                "If the kernel placed it once more (" + String.join(", ", kernel.texts("actions")) + "), model "
                        + kernel.textOr("model", "?") + " expects it to say"
                        + (kernel.flag("certain") ? ":" : ", though that is uncertain:"));
        List<String> log = kernel.texts("log");
        List<String> first = log.stream()
                .takeWhile(line -> !line.startsWith(SECOND_ROUND))
                .distinct()
                .limit(MOST_LOG_LINES)
                .toList();
        for (String line : first) {
            boolean isReason = line.startsWith("  ");
            lines.wrapped(isReason ? "    " : "  ", isReason ? "        " : "      ", line.strip());
        }
        if (log.size() > first.size()) {
            lines.line("  and more, which --json has");
        }
    }

    private static void resource(Lines lines, Answer explain, Answer resource) {
        lines.blank();
        String need = resource.flag("required") ? ", required" : ", optional";
        lines.line(ListText.resource(resource) + need);
        explain.objects("troubles").stream()
                .filter(t -> t.number("index").equals(resource.number("index")))
                .forEach(t -> lines.wrapped("  " + t.textOr("class", "") + ": ", "    ", t.textOr("why", "")));
        List<Answer> levels = resource.objects("levels");
        if (!levels.isEmpty()) {
            lines.line("  Where it could lie, from the nearest window up:");
            levels.forEach(level -> level(lines, level));
        }
    }

    private static void level(Lines lines, Answer level) {
        String name = level.textOr("container", "?");
        if (level.hex("size").orElse(0) == 0) {
            boolean unknown = name.endsWith(")");
            lines.wrapped("    ", "      ", unknown ? name : name + ": there is none");
            return;
        }
        lines.wrapped(
                "    ",
                "      ",
                name + ": " + level.size("size") + ", " + level.size("free") + " free, largest piece "
                        + level.size("largestFree"));
        List<Answer> neighbours = level.objects("neighbours");
        if (neighbours.size() > MOST_NEIGHBOURS) {
            lines.line("      " + neighbours.size() + " lie in it; see 'barkeeper map', or --json");
            return;
        }
        for (Answer neighbour : neighbours) {
            String verdict = neighbour.flag("movable") ? "may move" : "stays: " + neighbour.textOr("why", "");
            lines.wrapped(
                    "      ",
                    "          ",
                    neighbour.range() + " " + neighbour.textOr("owner", "?") + " (" + neighbour.size("size") + "), "
                            + verdict);
        }
    }
}
