package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.MapText;
import io.barkeeper.control.Answers;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "map", description = "The address space: apertures, windows, BARs and the gaps between.")
final class MapVerb extends Question {

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write one self-contained page with the present, the plan and what it would leave, to scale;"
                    + " - is standard output.")
    private @Nullable Path html;

    MapVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "map";
    }

    @Override
    JsonObject answer(View view) {
        return Answers.map(view);
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return MapText.of(answer, columns);
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem, Refusal {
        Optional<Path> file = Optional.ofNullable(html);
        if (file.isEmpty()) {
            return super.run(barkeeper);
        }
        if (barkeeper.json()) {
            throw Problem.usage("--html and --json are two forms of one answer", "leave out one of them");
        }
        String page = new MapPage(barkeeper).text(this);
        if (file.get().toString().equals("-")) {
            barkeeper.console().out().print(page);
            barkeeper.console().out().flush();
        } else {
            OutputFile.write(file.get(), page);
        }
        return ExitCode.DONE;
    }
}
