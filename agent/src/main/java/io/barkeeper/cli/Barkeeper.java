package io.barkeeper.cli;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
        return barkeeper.commandLine(new HashSet<>(List.of(args))).execute(args);
    }

    /** Every verb, in the order of the help. */
    private Map<String, Supplier<Object>> verbs() {
        Map<String, Supplier<Object>> verbs = new LinkedHashMap<>();
        verbs.put("status", () -> new StatusVerb(this));
        verbs.put("list", () -> new ListVerb(this));
        verbs.put("map", () -> new MapVerb(this));
        verbs.put("check", () -> new CheckVerb(this));
        verbs.put("explain", () -> new ExplainVerb(this));
        verbs.put("plan", () -> new PlanVerb(this));
        verbs.put("apply", () -> new ApplyVerb(this));
        verbs.put("rollback", () -> new RollbackVerb(this));
        verbs.put("snapshot", () -> new SnapshotVerb(this));
        verbs.put("import", () -> new ImportVerb(this));
        verbs.put("capture", () -> new CaptureVerb(this));
        verbs.put("simulate", () -> new SimulateVerb(this));
        verbs.put("events", () -> new EventsVerb(this));
        verbs.put("history", () -> new HistoryVerb(this));
        verbs.put("mode", () -> new ModeVerb(this));
        verbs.put("pin", () -> new PinVerb(this));
        verbs.put("unpin", () -> new UnpinVerb(this));
        verbs.put("config", () -> ConfigVerb.commandLine(this));
        return verbs;
    }

    /** The command line with every verb, for help and completion. */
    CommandLine commandLine() {
        return commandLine(verbs().keySet());
    }

    /**
     * The command line with the verbs that are among the words, for describing all of them takes longer than most answers; with
     * every verb where there is none, so that a misspelt one is met with suggestions.
     */
    private CommandLine commandLine(Set<String> words) {
        Map<String, Supplier<Object>> verbs = verbs();
        boolean none = verbs.keySet().stream().noneMatch(words::contains);
        CommandLine line = new CommandLine(this);
        verbs.forEach((name, verb) -> {
            if (none || words.contains(name)) {
                line.addSubcommand(verb.get());
            }
        });
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
