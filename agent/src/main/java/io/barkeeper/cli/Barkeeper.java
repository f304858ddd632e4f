package io.barkeeper.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command itself: the options that every verb takes. Without a verb it prints its usage and exits 2. */
@Command(
        name = "barkeeper",
        mixinStandardHelpOptions = true,
        version = "barkeeper " + Barkeeper.VERSION,
        synopsisSubcommandLabel = "VERB",
        description = "Keeps this machine's PCI address space usable while devices come and go.",
        footer = {
            "",
            "Exit codes: 0 done, or nothing to do; 1 unexpected; 2 usage; 3 no plan exists; 4 refused by policy or mode,",
            "or a device is busy; 5 failed and rolled back; 6 failed and not wholly rolled back, or wedged; 7 no daemon;",
            "8 not permitted; 10 check found trouble."
        })
public final class Barkeeper {

    static final String VERSION = "0.1.0";

    @Option(
            names = "--sysroot",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Read DIR/sys, DIR/proc and the kernel log DIR/dmesg in place of the machine's own.")
    private @Nullable Path sysroot;

    @Option(
            names = "--snapshot",
            paramLabel = "FILE|-",
            scope = ScopeType.INHERIT,
            description = "Work from a snapshot; - is standard input.")
    private @Nullable String snapshot;

    @Option(
            names = "--kernel",
            paramLabel = "RELEASE",
            scope = ScopeType.INHERIT,
            description = "The release that the kernel model takes, in place of the machine's own.")
    private @Nullable String kernel;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            description = "Where the daemon listens. Default: /run/barkeeper/control.sock.")
    private @Nullable Path socket;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The configuration whose rules say who may move. Default: /etc/barkeeper/barkeeper.toml.")
    private @Nullable Path config;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Answer with one JSON object on standard output; errors as one on standard error.")
    private boolean json;

    private final Console console;
    private final Surroundings surroundings;

    Barkeeper(Console console, Surroundings surroundings) {
        this.console = console;
        this.surroundings = surroundings;
    }

    /** Runs one command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(Console.ofProcess(), Surroundings.ofProcess(), args));
    }

    /** Runs one command line. */
    static int run(Console console, Surroundings surroundings, String... args) {
        Barkeeper barkeeper = new Barkeeper(console, surroundings);
        return barkeeper.commandLine().execute(args);
    }

    /** The command line with every verb, for parsing, help and completion. */
    CommandLine commandLine() {
        CommandLine line = new CommandLine(this)
                .addSubcommand(new StatusVerb(this))
                .addSubcommand(new ListVerb(this))
                .addSubcommand(new MapVerb(this))
                .addSubcommand(new CheckVerb(this))
                .addSubcommand(new ExplainVerb(this))
                .addSubcommand(new PlanVerb(this))
                .addSubcommand(new ApplyVerb(this))
                .addSubcommand(new RollbackVerb(this))
                .addSubcommand(new SnapshotVerb(this))
                .addSubcommand(new ImportVerb(this))
                .addSubcommand(new CaptureVerb(this))
                .addSubcommand(new SimulateVerb(this))
                .addSubcommand(new EventsVerb(this))
                .addSubcommand(new HistoryVerb(this))
                .addSubcommand(new ModeVerb(this))
                .addSubcommand(new PinVerb(this))
                .addSubcommand(new UnpinVerb(this))
                .addSubcommand(ConfigVerb.commandLine(this));
        line.getSubcommands().values().forEach(Barkeeper::offerHelp);
        Failures failures = new Failures(console);
        return line.setOut(console.writer())
                .setErr(console.errorWriter())
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(Math.min(console.columns(), 120))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    /** Help for each verb, and for the verbs below it. */
    private static void offerHelp(CommandLine verb) {
        verb.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help message and exit.")
                        .build());
        verb.getSubcommands().values().forEach(Barkeeper::offerHelp);
    }

    Console console() {
        return console;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    boolean json() {
        return json;
    }

    Optional<Path> sysroot() {
        return Optional.ofNullable(sysroot);
    }

    Optional<String> snapshot() {
        return Optional.ofNullable(snapshot);
    }

    Optional<String> kernel() {
        return Optional.ofNullable(kernel);
    }

    /** The socket that was named on the command line. */
    Optional<Path> namedSocket() {
        return Optional.ofNullable(socket);
    }

    Path socket() {
        return namedSocket().orElse(surroundings.socket());
    }

    Optional<Path> config() {
        return Optional.ofNullable(config);
    }
}
