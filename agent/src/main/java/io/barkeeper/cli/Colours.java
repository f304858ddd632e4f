package io.barkeeper.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Colours for a terminal, put on what is text already, so that nothing is told by colour alone: what is wrong in red, what
 * may go wrong in yellow, free space faint.
 */
final class Colours {

    private static final String ESCAPE = "\u001b[";
    private static final String RED = "31;1";
    private static final String YELLOW = "33";
    private static final String FAINT = "2";

    private static final List<Rule> RULES = List.of(
            new Rule(Pattern.compile("(?:^|(?<=<- ))(?:fatal|collateral)(?= |$)"), RED),
            new Rule(Pattern.compile("^(?:Refused|No layout exists)"), RED),
            new Rule(Pattern.compile("(?<=^\\[ {0,4}\\d{1,4}/\\d{1,4}\\] .{1,400} )failed(?=[,:])"), RED),
            new Rule(Pattern.compile("^warning(?= )"), YELLOW),
            new Rule(Pattern.compile("(?<=, )pinned(?=: )"), YELLOW),
            new Rule(Pattern.compile("-- free --$"), FAINT));

    private Colours() {}

    private record Rule(Pattern pattern, String code) {}

    static String on(String line) {
        String coloured = line;
        for (Rule rule : RULES) {
            Matcher found = rule.pattern().matcher(coloured);
            if (found.find()) {
                coloured = coloured.substring(0, found.start()) + ESCAPE + rule.code() + "m" + found.group() + ESCAPE
                        + "0m" + coloured.substring(found.end());
            }
        }
        return coloured;
    }
}
