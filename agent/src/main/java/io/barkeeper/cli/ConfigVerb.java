package io.barkeeper.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The word before {@code check} and {@code show}; alone it is a usage mistake. */
@Command(
        name = "config",
        description = "The configuration: every mistake in it at once, or each value with its origin.")
final class ConfigVerb {

    /** With its verbs. */
    static CommandLine commandLine(Barkeeper barkeeper) {
        return new CommandLine(new ConfigVerb())
                .addSubcommand(new ConfigCheckVerb(barkeeper))
                .addSubcommand(new ConfigShowVerb(barkeeper));
    }
}
