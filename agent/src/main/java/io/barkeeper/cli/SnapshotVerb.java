package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.control.Answers;
import io.barkeeper.control.View;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A snapshot is JSON with or without {@code --json}: it is made for programs. */
@Command(name = "snapshot", description = "The whole view of the machine as JSON.")
final class SnapshotVerb extends Question {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the JSON to FILE.")
    private @Nullable Path output;

    SnapshotVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "snapshot";
    }

    @Override
    JsonObject answer(View view) {
        return Answers.snapshot(view);
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return Console.document(answer.json()).lines().toList();
    }

    @Override
    void print(Barkeeper barkeeper, JsonObject json, Answer answer) throws Problem {
        Optional<Path> file = Optional.ofNullable(output);
        if (file.isEmpty()) {
            super.print(barkeeper, json, answer);
            return;
        }
        OutputFile.write(file.get(), json);
    }
}
