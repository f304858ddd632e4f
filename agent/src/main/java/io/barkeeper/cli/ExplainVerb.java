package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.ExplainText;
import io.barkeeper.control.Answers;
import io.barkeeper.control.Refusal;
import io.barkeeper.control.View;
import io.barkeeper.pci.PciAddress;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = "Why a device has no room: where it could stand, who stands there, and what would help.")
final class ExplainVerb extends Question {

    @Parameters(paramLabel = "BDF", description = "The device, as lspci -D writes it: 0000:03:00.0.")
    private String device = "";

    ExplainVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    String method() {
        return "explain";
    }

    @Override
    JsonObject params() throws Problem {
        JsonObject params = new JsonObject();
        params.addProperty("address", address().toString());
        return params;
    }

    private PciAddress address() throws Problem {
        return Devices.parse(device);
    }

    @Override
    JsonObject answer(View view) throws Problem, Refusal {
        return Answers.explain(view, address());
    }

    @Override
    List<String> text(Answer answer, int columns) {
        return ExplainText.of(answer, columns);
    }
}
