package io.barkeeper.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Writes the manual pages of the verbs and the shell completion, from the same description of the command line that
 * parses it, so that they cannot disagree with it. The build of the package runs it; what only people can say
 * (examples, exit codes) stands beside it in {@code NAME.1.in} and is put in.
 */
final class Manual {

    private Manual() {}

    /** @param arguments the folder of the hand-written parts, the folder to write to, the date as YYYY-MM-DD… */
    public static void main(String[] arguments) throws IOException {
        Path parts = Path.of(arguments[0]);
        Path out = Files.createDirectories(Path.of(arguments[1]));
        String date = arguments[2].substring(0, 10);
        for (Map.Entry<String, CommandSpec> command : commands().entrySet()) {
            Path part = parts.resolve(command.getKey() + ".1.in");
            String more = Files.exists(part) ? Files.readString(part) : "";
            Files.writeString(
                    out.resolve(command.getKey() + ".1"), new ManualPage(command.getValue(), date).text(more));
        }
        for (String shell : new String[] {"bash", "zsh"}) {
            String script = Files.readString(parts.resolve("completion." + shell));
            Files.writeString(out.resolve("completion." + shell), script.replace("@TABLE@\n", CompletionTable.text()));
        }
    }

    /** Every command by the name of its page: {@code barkeeper}, {@code barkeeper-plan}, {@code barkeeper-config-show}. */
    static Map<String, CommandSpec> commands() {
        Map<String, CommandSpec> all = new LinkedHashMap<>();
        collect(commandLine(), all);
        return all;
    }

    static CommandLine commandLine() {
        Console console = new Console(System.in, System.out, System.err, 80, false, false, false);
        return new Barkeeper(console, new Surroundings(Path.of("control.sock"), Path.of("/"), false)).commandLine();
    }

    private static void collect(CommandLine line, Map<String, CommandSpec> all) {
        CommandSpec spec = line.getCommandSpec();
        all.put(spec.qualifiedName("-"), spec);
        line.getSubcommands().values().forEach(below -> collect(below, all));
    }
}
