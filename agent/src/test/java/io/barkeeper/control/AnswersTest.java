package io.barkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.barkeeper.pci.PciAddress;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class AnswersTest {

    private final View view = SmallMachine.view();

    @Test
    void listShowsNumbersInHexAndWhoMayMove() {
        JsonObject list = Answers.list(view);

        assertThat(list.get("schema").getAsString()).isEqualTo("barkeeper.list/1");
        JsonObject disk = list.getAsJsonArray("devices").get(1).getAsJsonObject();
        assertThat(disk.get("address").getAsString()).isEqualTo("0000:01:00.0");
        assertThat(disk.get("vendor").getAsString()).isEqualTo("0x1b36");
        assertThat(disk.get("class").getAsString()).isEqualTo("0x010802");
        assertThat(disk.getAsJsonObject("movability").get("mayMove").getAsBoolean())
                .isTrue();
        JsonObject bar = disk.getAsJsonArray("resources").get(0).getAsJsonObject();
        assertThat(bar.get("start").getAsString()).isEqualTo("0xfc000000");
        assertThat(bar.get("size").getAsString()).isEqualTo("0x4000");
        assertThat(bar.get("state").getAsString()).isEqualTo("assigned");
    }

    @Test
    void anUnassignedResourceHasASizeAndNoStart() {
        JsonObject newcomer =
                Answers.list(view).getAsJsonArray("devices").get(2).getAsJsonObject();
        JsonObject bar = newcomer.getAsJsonArray("resources").get(0).getAsJsonObject();

        assertThat(bar.get("size").getAsString()).isEqualTo("0x10000000");
        assertThat(bar.has("start")).isFalse();
        assertThat(bar.get("state").getAsString()).isEqualTo("unassigned");
        assertThat(newcomer.getAsJsonArray("troubles")).hasSize(1);
    }

    @Test
    void checkNamesTheDeviceThatDoesNotWork() {
        JsonObject check = Answers.check(view);

        assertThat(check.get("healthy").getAsBoolean()).isFalse();
        JsonObject trouble = check.getAsJsonArray("troubles").get(0).getAsJsonObject();
        assertThat(trouble.get("address").getAsString()).isEqualTo("0000:01:00.1");
        assertThat(trouble.get("class").getAsString()).isEqualTo("fatal");
    }

    @Test
    void mapNestsBarsInWindowsAndShowsTheGaps() {
        JsonArray apertures = Answers.map(view)
                .getAsJsonArray("hostBridges")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("apertures");
        JsonObject memory = apertures.get(1).getAsJsonObject();

        assertThat(types(memory)).containsExactly("window", "gap", "reserved", "gap");
        JsonObject window = memory.getAsJsonArray("contents").get(0).getAsJsonObject();
        assertThat(types(window)).containsExactly("bar", "gap");
        assertThat(window.get("free").getAsString()).isEqualTo("0x1fc000");
        assertThat(types(apertures.get(0).getAsJsonObject())).containsExactly("gap");
    }

    private static List<String> types(JsonObject container) {
        return StreamSupport.stream(container.getAsJsonArray("contents").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(o -> o.get("type").getAsString())
                .toList();
    }

    @Test
    void explainGoesFromTheWindowUpToTheAperture() throws Refusal {
        JsonObject explain = Answers.explain(view, SmallMachine.NEWCOMER);

        assertThat(explain.get("works").getAsBoolean()).isFalse();
        JsonObject bar = explain.getAsJsonArray("resources").get(0).getAsJsonObject();
        assertThat(bar.get("required").getAsBoolean()).isTrue();
        assertThat(bar.getAsJsonArray("levels")).hasSize(2);
    }

    @Test
    void explainRefusesADeviceThatIsNotThere() {
        Refusal failure =
                catchThrowableOfType(Refusal.class, () -> Answers.explain(view, PciAddress.parse("0000:77:00.0")));

        assertThat(failure.code()).isEqualTo("BK-NO-DEVICE");
        assertThat(failure.exit()).isEqualTo(1);
    }
}
