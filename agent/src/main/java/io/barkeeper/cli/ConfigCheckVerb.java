package io.barkeeper.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.config.Config;
import io.barkeeper.config.Mistake;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "check",
        description =
                "Every mistake in the configuration, with file, line and column. Exits 2 when there is one. Of a running"
                        + " daemon nothing changes; 'systemctl reload barkeeperd' takes the configuration over.")
final class ConfigCheckVerb extends Verb {

    ConfigCheckVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem {
        ConfigFile file = ConfigFile.of(barkeeper);
        List<Mistake> mistakes = file.read() instanceof Config.Mistakes found ? found.mistakes() : List.of();
        Console console = barkeeper.console();
        if (barkeeper.json()) {
            console.print(json(file, mistakes));
        } else if (mistakes.isEmpty()) {
            console.print(
                    List.of(file.exists() ? file + ": no mistakes" : file + " does not exist: the defaults count"));
        } else {
            console.print(mistakes.stream().map(Mistake::toString).toList());
        }
        return mistakes.isEmpty() ? ExitCode.DONE : ExitCode.USAGE;
    }

    private static JsonObject json(ConfigFile file, List<Mistake> mistakes) {
        JsonObject answer = new JsonObject();
        answer.addProperty("schema", "barkeeper.config-check/1");
        answer.addProperty("file", file.toString());
        answer.addProperty("valid", mistakes.isEmpty());
        JsonArray all = new JsonArray();
        for (Mistake mistake : mistakes) {
            JsonObject one = new JsonObject();
            one.addProperty("file", mistake.file());
            one.addProperty("line", mistake.line());
            one.addProperty("column", mistake.column());
            one.addProperty("key", mistake.key());
            one.addProperty("why", mistake.why());
            all.add(one);
        }
        answer.add("mistakes", all);
        return answer;
    }
}
