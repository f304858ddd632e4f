package io.barkeeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What may follow each verb, as the arms of a {@code case} that both shells read. A word is {@code +VERB},
 * {@code --flag}, {@code --option:KIND}, or {@code =KIND} for the arguments; KIND is BDF, FILE, DIR, ACTION, TEXT, or the
 * possible words with commas between them.
 */
final class CompletionTable {

    private CompletionTable() {}

    static String text() {
        StringBuilder text = new StringBuilder();
        Manual.commands().forEach((name, command) -> {
            String verb = name.replaceFirst("^barkeeper-?", "");
            text.append("    '").append(verb).append("') echo '");
            text.append(String.join(" ", words(command))).append("' ;;\n");
        });
        return text.toString();
    }

    private static List<String> words(CommandSpec command) {
        List<String> words = new ArrayList<>();
        command.subcommands().keySet().forEach(verb -> words.add("+" + verb));
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                words.add(option.longestName() + (option.arity().max() == 0 ? "" : ":" + kind(option)));
            }
        }
        command.positionalParameters().stream().limit(1).forEach(argument -> words.add("=" + kind(argument)));
        return words;
    }

    private static String kind(ArgSpec argument) {
        if (argument.completionCandidates() != null) {
            return String.join(
                    ",",
                    StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                            .toList());
        }
        String label = argument.paramLabel();
        if (label.startsWith("FILE") || label.equals("PATH") || label.equals("SNAPSHOT")) {
            return "FILE";
        }
        if (label.startsWith("BDF") || label.startsWith("PORT")) {
            return "BDF";
        }
        return label.equals("DIR") || label.equals("ACTION") ? label : "TEXT";
    }
}
