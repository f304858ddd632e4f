package io.barkeeper.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.barkeeper.config.Config;
import io.barkeeper.config.Setting;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "show",
        description = "Each value of the configuration as it counts, with its origin: file and line, or default.")
final class ConfigShowVerb extends Verb {

    ConfigShowVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem {
        Config.Result result = ConfigFile.of(barkeeper).read();
        if (!(result instanceof Config.Loaded loaded)) {
            throw new Problem(
                    "BK-CONFIG",
                    ExitCode.USAGE,
                    "the configuration has mistakes, and none of it counts:\n" + result,
                    "mend them and try again");
        }
        Console console = barkeeper.console();
        if (barkeeper.json()) {
            console.print(json(loaded.settings()));
        } else {
            console.print(text(loaded.settings()));
        }
        return ExitCode.DONE;
    }

    private static List<String> text(List<Setting> settings) {
        int width = settings.stream()
                .mapToInt(s -> s.key().length() + s.value().length() + 3)
                .filter(w -> w <= 50)
                .max()
                .orElse(0);
        return settings.stream()
                .map(s -> String.format("%-" + width + "s  # %s", s.key() + " = " + s.value(), s.origin()))
                .toList();
    }

    private static JsonObject json(List<Setting> settings) {
        JsonObject answer = new JsonObject();
        answer.addProperty("schema", "barkeeper.config/1");
        JsonArray values = new JsonArray();
        for (Setting setting : settings) {
            JsonObject one = new JsonObject();
            one.addProperty("key", setting.key());
            one.addProperty("value", setting.value());
            one.addProperty("origin", setting.origin());
            values.add(one);
        }
        answer.add("values", values);
        return answer;
    }
}
