package io.barkeeper.cli.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonParser;
import io.barkeeper.cli.text.Answer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers as JSON go in, one page comes out. */
class HtmlPageTest {

    private static final String HOSTILE = "\\\"><script>alert(1)</script><img src=x onerror='alert(2)'>\\u202e";

    private static Answer json(String text) {
        return new Answer(JsonParser.parseString(text).getAsJsonObject());
    }

    private static Answer map(String driver, String owner) {
        return json("""
                {"schema": "barkeeper.map/1", "kernel": "6.1.0", "hostBridges": [{"address": "0000:00", "bus": 0, "lastBus": 255,
                  "apertures": [{"kind": "mem", "start": "0xc0000000", "end": "0xffffffff", "size": "0x40000000", "free": "0x3fffe000",
                    "largestFree": "0x3fffe000", "contents": [
                      {"type": "bar", "address": "0000:00:03.0", "index": 0, "name": "BAR 0", "kind": "mem32",
                       "start": "0xc0000000", "end": "0xc0000fff", "size": "0x1000", "driver": "%s", "pinned": true, "why": "%s"},
                      {"type": "reserved", "start": "0xc0001000", "end": "0xc0001fff", "size": "0x1000", "owner": "%s"},
                      {"type": "gap", "start": "0xc0002000", "end": "0xffffffff", "size": "0x3fffe000"}]}]}],
                 "outside": [], "unassigned": [], "headroom": [{"port": "0000:00:01.0", "largest": "0x10000000"}]}
                """.formatted(driver, owner, owner));
    }

    private static Answer list(String driver) {
        return json("""
                {"schema": "barkeeper.list/1", "model": "6.1", "devices": [
                  {"address": "0000:00:03.0", "path": "0000:00:03.0", "vendor": "0x1af4", "device": "0x1000", "class": "0x020000",
                   "driver": "%s", "slot": "%s", "bus": {"primary": 0, "secondary": 1, "subordinate": 1},
                   "attachments": [{"kind": "interface", "name": "%s"}],
                   "movability": {"state": "busy", "mayMove": false, "why": "%s"},
                   "resources": [{"index": 0, "kind": "mem32", "size": "0x1000", "start": "0xc0000000", "end": "0xc0000fff"}],
                   "troubles": []}]}
                """.formatted(driver, driver, driver, driver));
    }

    private static String page(String name) {
        Answer check = json("{\"healthy\": true, \"troubles\": [{\"address\": \"0000:00:03.0\", \"class\": \"" + name
                + "\", \"why\": \"" + name + "\"}]}");
        Answer plan = json("{\"outcome\": \"nothing-to-do\", \"why\": \"" + name + "\"}");
        return HtmlPage.of(new HtmlPage.Material(
                map(name, name),
                list(name),
                check,
                Optional.of(plan),
                Optional.empty(),
                List.of(json("{\"note\": \"" + name + "\"}").textOr("note", "")),
                "Made by hand."));
    }

    @Test
    void aHostileNameStaysText() {
        String harmless = page("e1000e");
        String hostile = page(HOSTILE);

        assertThat(hostile)
                .doesNotContain("<img")
                .doesNotContain("alert(1)</script>")
                .doesNotContain("\u202e");
        assertThat(hostile).contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#39;");
        assertThat(hostile.split("<script", -1)).hasSameSizeAs(harmless.split("<script", -1));
        assertThat(hostile.split("<", -1)).hasSameSizeAs(harmless.split("<", -1));
    }

    @Test
    void nothingIsLoadedAndOnlyTheOwnScriptMayRun() {
        String page = page("e1000e");

        assertThat(page).contains("default-src &#39;none&#39;").contains("script-src &#39;sha256-");
        assertThat(page)
                .doesNotContain(" src=")
                .doesNotContain("@import")
                .doesNotContain("url(")
                .doesNotContain("http:");
    }

    @Test
    void withoutAPlanItSaysThatThePresentAloneIsShown() {
        assertThat(page("e1000e"))
                .contains("There is nothing to plan: only the present is shown.")
                .doesNotContain("After the plan");
    }

    @Test
    void everyResourceIsInTheTableAndEveryEmptyPortHasItsHeadroom() {
        assertThat(page("e1000e"))
                .contains("<b>0000:00:03.0</b> Ethernet controller [0200]: [1af4:1000], driver e1000e")
                .contains("<td data-column=\"Now\" class=\"address\">0xc0000000-0xc0000fff</td>")
                .contains("<th scope=\"row\">0000:00:01.0</th><td class=\"number\">256 MiB</td>");
    }

    @Test
    void aLongFreeStretchIsCutAndASmallBarStillHasALine() {
        Block aperture = Block.aperture(map("nvme", "somebody")
                        .objects("hostBridges")
                        .get(0)
                        .objects("apertures")
                        .get(0))
                .orElseThrow();
        Scale scale = Scale.of(List.of(aperture));

        assertThat(scale.breaks()).hasToString("[0xc0002000-0xffffffff]");
        double bar = scale.bottom(aperture.contents().get(0).range()) - scale.top(0xc0000000L);
        assertThat(bar).isGreaterThanOrEqualTo(Scale.LINE);
        assertThat(scale.height() - scale.top(0xc0002000L)).isCloseTo(Scale.BREAK, within(1e-9));
    }

    @Test
    void whatIsLinearIsToScale() {
        Block aperture = Block.aperture(json("""
                        {"kind": "mem", "start": "0xffffffff00000000", "end": "0xffffffffffffffff", "contents": [
                          {"type": "bar", "start": "0xffffffff00000000", "end": "0xffffffff7fffffff"},
                          {"type": "bar", "start": "0xffffffff80000000", "end": "0xffffffffbfffffff"},
                          {"type": "gap", "start": "0xffffffffc0000000", "end": "0xffffffffffffffff"}]}
                        """)).orElseThrow();
        Scale scale = Scale.of(List.of(aperture));

        assertThat(scale.breaks()).isEmpty();
        assertThat(scale.top(0xffffffff80000000L)).isCloseTo(scale.height() / 2, within(1e-9));
        assertThat(scale.top(0xffffffffc0000000L)).isCloseTo(scale.height() * 0.75, within(1e-9));
        assertThat(scale.bytesPerLine()).hasValue(Math.round(0x1p32 / scale.height()));
    }
}
