package io.barkeeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** One command as a manual page, in the macros of man(7). */
final class ManualPage {

    private final CommandSpec command;
    private final String date;
    private final List<String> lines = new ArrayList<>();

    ManualPage(CommandSpec command, String date) {
        this.command = command;
        this.date = date;
    }

    /** @param more sections written by hand, which stand before the references */
    String text(String more) {
        boolean top = command.parent() == null;
        String name = command.qualifiedName("-");
        lines.add(".TH " + name.toUpperCase(Locale.ROOT) + " 1 " + date + " \"barkeeper " + Barkeeper.VERSION
                + "\" \"Barkeeper\"");
        lines.add(".SH NAME");
        lines.add(escape(name) + " \\- " + escape(summary()));
        synopsis();
        lines.add(".SH DESCRIPTION");
        lines.add(escape(description(command)));
        verbs(top ? "VERBS" : "COMMANDS");
        arguments();
        options(top);
        lines.addAll(more.lines().toList());
        references(name);
        return String.join("\n", lines) + "\n";
    }

    private static String description(CommandSpec spec) {
        return String.join(" ", spec.usageMessage().description());
    }

    /** The first sentence, as a phrase. */
    private String summary() {
        String first = description(command).split("(?<=[a-z])[.:](?: |$)", 2)[0];
        return first.substring(0, 1).toLowerCase(Locale.ROOT) + first.substring(1);
    }

    private void synopsis() {
        lines.add(".SH SYNOPSIS");
        lines.add(".B " + escape(command.qualifiedName()));
        lines.add("[\\fIOPTION\\fR]\\&...");
        if (!command.subcommands().isEmpty()) {
            lines.add("\\fIVERB\\fR \\&...");
        }
        for (PositionalParamSpec argument : command.positionalParameters()) {
            String label = "\\fI" + escape(argument.paramLabel()) + "\\fR";
            String many = argument.arity().max() > 1 ? "\\&..." : "";
            lines.add(argument.required() ? label + many : "[" + label + many + "]");
        }
    }

    private void verbs(String heading) {
        if (command.subcommands().isEmpty()) {
            return;
        }
        lines.add(".SH " + heading);
        for (CommandLine verb : command.subcommands().values()) {
            CommandSpec spec = verb.getCommandSpec();
            lines.add(".TP");
            lines.add(".B " + escape(spec.name()));
            lines.add(escape(description(spec)));
            lines.add("See");
            lines.add(".BR " + escape(spec.qualifiedName("-")) + " (1).");
        }
    }

    private void arguments() {
        if (command.positionalParameters().isEmpty()) {
            return;
        }
        lines.add(".SH ARGUMENTS");
        for (PositionalParamSpec argument : command.positionalParameters()) {
            lines.add(".TP");
            lines.add(".I " + escape(argument.paramLabel()));
            lines.add(escape(String.join(" ", argument.description())));
        }
    }

    private void options(boolean top) {
        List<OptionSpec> own =
                command.options().stream().filter(o -> top || !o.inherited()).toList();
        lines.add(".SH OPTIONS");
        for (OptionSpec option : own) {
            lines.add(".TP");
            lines.add(".BR " + names(option) + value(option));
            lines.add(escape(String.join(" ", option.description())));
        }
        if (!top) {
            lines.add(".PP");
            lines.add("The options that every verb takes are in");
            lines.add(".BR barkeeper (1).");
        }
    }

    private static String names(OptionSpec option) {
        return List.of(option.names()).stream().map(ManualPage::escape).collect(Collectors.joining(" \", \" "));
    }

    private static String value(OptionSpec option) {
        return option.arity().max() == 0 ? "" : " \" \\fI" + escape(option.paramLabel()) + "\\fR\"";
    }

    private void references(String name) {
        lines.add(".SH SEE ALSO");
        List<String> others = new ArrayList<>(Manual.commands().keySet());
        others.remove(name);
        if (command.parent() != null) {
            others.removeIf(other -> !other.equals("barkeeper") && !other.startsWith(name));
        }
        others.forEach(other -> lines.add(".BR " + escape(other) + " (1),"));
        lines.add(".BR barkeeper.toml (5),");
        lines.add(".BR barkeeperd (8)");
    }

    /** A line of text as roff takes it literally. */
    static String escape(String text) {
        String safe =
                text.replace("%n", " ").replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
        return safe.startsWith(".") ? "\\&" + safe : safe;
    }
}
