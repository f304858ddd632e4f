package io.barkeeper.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.barkeeper.lab.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of a machine with a device that does not fit, in a browser: by keyboard, narrow and wide, dark, and in print. */
@Tag("browser")
@Execution(ExecutionMode.SAME_THREAD)
class MapPageIT {

    private static final String CAPTURE = "it-tests/src/test/resources/captures/switch-6.1-after.tar.gz";
    private static final String FOCUS_IS_WINDOW = "document.activeElement.matches('a.window')";

    @TempDir
    private static Path folder;

    private static Optional<Browser> started = Optional.empty();
    private static Path page = Path.of("map.html");

    @BeforeAll
    static void drawAndStart() throws IOException, InterruptedException {
        Optional<String> missing = Browser.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        Path tree = Files.createDirectory(folder.resolve("tree"));
        run("tar", "-xzf", Checkout.root().resolve(CAPTURE).toString(), "-C", tree.toString());
        page = folder.resolve("map.html");
        barkeeper(tree, "map", "--html", page.toString());
        started = Optional.of(Browser.start(Files.createDirectory(folder.resolve("profile"))));
    }

    @AfterAll
    static void stop() {
        started.ifPresent(Browser::close);
    }

    private static String barkeeper(Path tree, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Checkout.root().resolve("agent/target/barkeeper/bin/barkeeper").toString(),
                "--sysroot",
                tree.toString()));
        command.addAll(List.of(words));
        return run(command.toArray(String[]::new));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output;
    }

    private static Browser browser() {
        return started.orElseThrow();
    }

    @BeforeEach
    void open() throws IOException, InterruptedException {
        browser().width(1280);
        browser().media("screen", "light");
        browser().open(page);
    }

    private static void key(String name, int code) throws IOException, InterruptedException {
        browser().press(name, code, name.equals("Enter") ? "\r" : "");
    }

    /** With Tab into the first drawing, then down to a window. */
    private static void walkToAWindow() throws IOException, InterruptedException {
        for (int i = 0; i < 40 && !browser().holds("document.activeElement.closest('.space')"); i++) {
            key("Tab", 9);
        }
        for (int i = 0;
                i < 40 && !browser().holds("document.activeElement.closest('.drawing').querySelector('a.window')");
                i++) {
            key("Tab", 9);
        }
        for (int i = 0; i < 60 && !browser().holds(FOCUS_IS_WINDOW); i++) {
            key("ArrowDown", 40);
        }
        assertThat(browser().holds(FOCUS_IS_WINDOW)).isTrue();
    }

    @Test
    void thePageLogsNoErrorAndLoadsNothing() throws IOException, InterruptedException {
        assertThat(browser().errors()).isEmpty();
        assertThat(browser()
                        .value("performance.getEntriesByType('resource').length")
                        .getAsInt())
                .isZero();
    }

    @Test
    void theKeyboardAloneZoomsIntoAWindowAtBothMomentsAndOutAgain() throws IOException, InterruptedException {
        walkToAWindow();
        String key = browser().value("document.activeElement.dataset.of").getAsString();

        key("Enter", 13);
        browser().await("document.querySelector('.zoom.shown')");
        assertThat(browser()
                        .value("[...document.querySelectorAll('figure')].filter(f => f.offsetHeight > 0)"
                                + ".every(f => f.dataset.key === '" + key + "')")
                        .getAsBoolean())
                .isTrue();
        assertThat(browser().holds("document.activeElement.closest('.zoom.shown')"))
                .isTrue();

        key("Escape", 27);
        browser().await("!document.querySelector('.zoom.shown')");
        assertThat(browser().value("document.activeElement.dataset.of").getAsString())
                .isEqualTo(key);
        assertThat(browser().errors()).isEmpty();
    }

    @Test
    void magnifyingMakesTheDrawingHigherAndTellsWhatHasTheFocus() throws IOException, InterruptedException {
        walkToAWindow();
        assertThat(browser()
                        .value("document.getElementById('told').textContent")
                        .getAsString())
                .contains("bridge window");
        String height = "document.activeElement.closest('.space').offsetHeight";
        int before = browser().value(height).getAsInt();

        browser().press("+", 107, "+");

        assertThat(browser().value(height).getAsInt()).isBetween(2 * before - 4, 2 * before + 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 1600})
    void nothingOverflows(int width) throws IOException, InterruptedException {
        browser().width(width);

        assertThat(browser().value("document.documentElement.scrollWidth").getAsInt())
                .isLessThanOrEqualTo(width);
        assertThat(browser()
                        .value("document.querySelector('.wide').scrollWidth"
                                + " - document.querySelector('.wide').clientWidth")
                        .getAsInt())
                .isLessThanOrEqualTo(0);
    }

    @Test
    void theDarkSchemeIsDark() throws IOException, InterruptedException {
        String ground = "getComputedStyle(document.body).backgroundColor";
        assertThat(browser().value(ground).getAsString()).isEqualTo("rgb(255, 255, 255)");

        browser().media("screen", "dark");

        assertThat(browser().value(ground).getAsString()).isEqualTo("rgb(20, 23, 27)");
    }

    @Test
    void inPrintEveryFunctionIsThereEvenWhereOneWindowIsZoomed() throws IOException, InterruptedException {
        walkToAWindow();
        key("Enter", 13);
        browser().await("document.querySelector('.zoom.shown')");

        browser().media("print", "dark");

        String text = browser().value("document.body.innerText").getAsString();
        for (JsonElement device : JsonParser.parseString(barkeeper(folder.resolve("tree"), "--json", "list"))
                .getAsJsonObject()
                .getAsJsonArray("devices")) {
            assertThat(text).contains(device.getAsJsonObject().get("address").getAsString());
        }
        assertThat(browser().holds("[...document.querySelectorAll('.whole')].every(w => w.offsetHeight > 0)"))
                .isTrue();
        assertThat(browser()
                        .value("getComputedStyle(document.body).backgroundColor")
                        .getAsString())
                .isEqualTo("rgb(255, 255, 255)");
    }
}
