package io.barkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {

    @TempDir
    Path folder = Path.of("");

    private Path file() {
        return folder.resolve("barkeeper.toml");
    }

    private Config loaded(String text) throws IOException {
        Files.writeString(file(), text);
        Config.Result result = Config.load(file());
        assertThat(result).as(result.toString()).isInstanceOf(Config.Loaded.class);
        return ((Config.Loaded) result).config();
    }

    private String mistakes(String text) throws IOException {
        Files.writeString(file(), text);
        Config.Result result = Config.load(file());
        assertThat(result).isInstanceOf(Config.Mistakes.class);
        return result.toString();
    }

    @Test
    void observesWithoutAFile() {
        Config config = ((Config.Loaded) Config.load(file())).config();

        assertThat(config).isEqualTo(Config.DEFAULTS);
        assertThat(config.mode()).isEqualTo(Mode.OBSERVE);
        assertThat(config.metricsListen())
                .hasValueSatisfying(a -> assertThat(a.getPort()).isEqualTo(9826));
    }

    @Test
    void readsEveryKey() throws IOException {
        Config config = loaded("""
                mode = "automatic"
                [settle]
                quiet = "200ms"
                longest = "2s"
                [metrics]
                socket = false
                listen = "off"
                [kernel]
                act-on-unknown = true
                [policy]
                movable = ["e1000e", "class:0108"]
                never = ["10de:20b0"]
                pins = ["0000:03:00.0"]
                [[rule]]
                match = "0000:00:01.0/00.0"
                movable = false
                """);

        assertThat(config.mode()).isEqualTo(Mode.AUTOMATIC);
        assertThat(config.settleQuietMicros()).isEqualTo(200_000);
        assertThat(config.settleLongestMicros()).isEqualTo(2_000_000);
        assertThat(config.metricsSocket()).isFalse();
        assertThat(config.metricsListen()).isEmpty();
        assertThat(config.actOnUnknownKernel()).isTrue();
        assertThat(config.rules().pins()).containsExactly(PciAddress.parse("0000:03:00.0"));
        assertThat(config.rules().rules())
                .extracting(Object::toString)
                .containsExactly(
                        "10de:20b0 = never",
                        "0000:00:01.0/00.0 = never",
                        "driver:e1000e = movable",
                        "class:0108 = movable");
    }

    @Test
    void namesEveryMistakeAtOnceWithItsPlace() throws IOException {
        String all = mistakes("""
                mode = "fast"
                colour = 1
                [settle]
                quiet = 3
                [policy]
                pins = ["nowhere"]
                [[rule]]
                movable = true
                """);

        assertThat(all.lines()).hasSize(5);
        assertThat(all)
                .contains("barkeeper.toml:1:1: mode: 'fast' is not one of observe, confirm, automatic")
                .contains("barkeeper.toml:2:1: colour: there is no such key here")
                .contains("barkeeper.toml:4:1: settle.quiet: must be a text in quotes")
                .contains("policy.pins: 'nowhere' is no PCI address")
                .contains("rule: a rule needs match");
    }

    @Test
    void namesWhereTheFileIsNoToml() throws IOException {
        assertThat(mistakes("mode = \"observe\nx")).contains("barkeeper.toml:1:");
    }

    @Test
    void letsDropInsReplaceValuesAndAddToLists() throws IOException {
        Files.createDirectories(folder.resolve("conf.d"));
        Files.writeString(folder.resolve("conf.d/20-b.toml"), "mode = \"automatic\"");
        Files.writeString(
                folder.resolve("conf.d/10-a.toml"), "mode = \"confirm\"\n[policy]\npins = [\"0000:05:00.0\"]");
        Config config = loaded("mode = \"observe\"\n[policy]\npins = [\"0000:04:00.0\"]");

        assertThat(config.mode()).isEqualTo(Mode.AUTOMATIC);
        assertThat(config.rules().pins()).hasSize(2);
    }

    @Test
    void refusesToSettleForLongerThanTheLongest() throws IOException {
        assertThat(mistakes("[settle]\nquiet = \"6s\"")).contains("settle.longest");
    }

    private List<Setting> settings(String text) throws IOException {
        Files.writeString(file(), text);
        Config.Result result = Config.load(file());
        assertThat(result).as(result.toString()).isInstanceOf(Config.Loaded.class);
        return ((Config.Loaded) result).settings();
    }

    @Test
    void saysWhereEachValueComesFrom() throws IOException {
        Files.createDirectories(folder.resolve("conf.d"));
        Path dropIn = folder.resolve("conf.d/10-a.toml");
        Files.writeString(dropIn, "mode = \"confirm\"\n[policy]\npins = [\"0000:05:00.0\"]");

        assertThat(settings("mode = \"observe\"\n[policy]\npins = [\"0000:04:00.0\"]\n"
                        + "[[rule]]\nmatch = \"nvme\"\nmovable = false"))
                .contains(
                        new Setting("mode", "\"confirm\"", dropIn + ":1"),
                        new Setting("settle.quiet", "\"500ms\"", Setting.DEFAULT),
                        new Setting("policy.pins", "[\"0000:04:00.0\"]", file() + ":3"),
                        new Setting("policy.pins", "[\"0000:05:00.0\"]", dropIn + ":3"),
                        new Setting("rule", "driver:nvme = never", file() + ":4"))
                .doesNotContain(new Setting("mode", "\"observe\"", file() + ":1"));
    }

    @Test
    void knowsTheDefaultOfEachKeyAsTheFilesWriteIt() throws IOException {
        StringBuilder text = new StringBuilder();
        settings("")
                .forEach(s ->
                        text.append(s.key()).append(" = ").append(s.value()).append("\n"));

        assertThat(loaded(text.toString())).isEqualTo(Config.DEFAULTS);
    }

    @Test
    void shipsAFileThatShowsEveryDefault() throws IOException {
        String shipped = Files.readString(Path.of("../systemd/src/barkeeper.toml"));
        assertThat(loaded(shipped)).isEqualTo(Config.DEFAULTS);

        assertThat(settings(shipped.replaceAll("(?m)^#([a-z-]+ = )", "$1")))
                .as("lines of the form '#key = value' set every key")
                .allSatisfy(s -> assertThat(s.origin()).isNotEqualTo(Setting.DEFAULT));
        assertThat(loaded(shipped.replaceAll("(?m)^#([a-z-]+ = )", "$1"))).isEqualTo(Config.DEFAULTS);
    }

    @Test
    void readsWhoGetsRoomFirstAndWhomToDisturbLast() throws IOException {
        Config config = loaded("""
                [[rule]]
                match = "class:0200"
                priority = 2

                [[rule]]
                match = "class:0108"
                priority = 30
                cost = 5

                [[rule]]
                match = "nvme"
                cost = 3
                movable = true
                """);

        assertThat(config.preferences().priority())
                .extracting(io.barkeeper.policy.Selector::text)
                .containsExactly("class:0108", "class:0200");
        assertThat(config.preferences().prices())
                .extracting(io.barkeeper.plan.Preferences.Price::factor)
                .containsExactly(5L, 3L);
        assertThat(config.rules().rules()).hasSize(1);
    }

    @Test
    void namesMistakesInPriorities() throws IOException {
        assertThat(mistakes("""
                [[rule]]
                match = "nvme"
                priority = "high"
                cost = 0

                [[rule]]
                match = "nvme"
                """)).contains("from 1 to 1000, not a text", "not '0'", "at least one of movable");
    }

    @Test
    void readsTheHooksOfARule() throws IOException {
        Config config = loaded("""
                [[rule]]
                match = "nvme"
                movable = true
                before-quiesce = ["/usr/bin/umount", "/srv"]
                after-rebind = ["/usr/bin/mount", "/srv"]
                hook-timeout = "10s"
                """);

        io.barkeeper.policy.PolicyRules.Rule rule = config.rules().rules().get(0);
        assertThat(rule.hooks().beforeQuiesce()).containsExactly("/usr/bin/umount", "/srv");
        assertThat(rule.hooks().timeoutMicros()).isEqualTo(10_000_000);
        assertThat(rule.hooks().failed()).isEmpty();
    }

    @Test
    void namesMistakesInHooks() throws IOException {
        assertThat(mistakes("""
                [[rule]]
                match = "nvme"
                movable = false
                failed = ["/bin/true"]

                [[rule]]
                match = "nvme"
                movable = true
                quiesced = ["umount"]
                hook-timeout = "1us"
                """)).contains("never is").contains("whole path").contains("100ms");
    }

    @Test
    void readsReservesByPathAndByAddress() throws IOException {
        Config config = loaded("""
                [[reserve]]
                port = "0000:00:01.0/00.0/03.0"
                size = "256M"

                [[reserve]]
                size = "mem32=4K,io=256"
                port = "0000:02:01.0"
                """);

        assertThat(config.preferences().wishes())
                .extracting(Object::toString)
                .containsExactly("0000:00:01.0/00.0/03.0=mem32=4K,none,mem64pref=256M", "0000:02:01.0=mem32=4K,io=256");
    }

    @Test
    void namesMistakesInReserves() throws IOException {
        assertThat(mistakes("""
                [[reserve]]
                port = "driver:nvme"
                size = "much"
                count = 3

                [[reserve]]
                port = "0000:02:01.0"

                [[reserve]]
                port = "0000:02:03.0"
                size = "1G"

                [[reserve]]
                port = "0000:02:03.0"
                size = "2G"
                """))
                .contains("'driver:nvme' is no port", "'much' is neither a size", "it knows port, size")
                .contains("a reserve needs port", "a reserve for port 0000:02:03.0 already");
    }
}
