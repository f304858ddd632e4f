package io.barkeeper.snapshot.paste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotFormatException;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.snapshot.paste.PasteImport.Wish;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Texts that are no paste of a machine get an error with a stable code, and never anything else. */
class BadPasteTest {

    private static final String HEAD = "00:03.0 Ethernet controller [0200]: Some Network Device [1af4:1000]\n";

    private static String code(String text) {
        PasteException failure = catchThrowableOfType(PasteException.class, () -> Pastes.of(text));
        assertThat(failure).isNotNull();
        assertThat(failure.remedy()).isNotEmpty();
        return failure.code();
    }

    @Test
    void anEmptyTextIsRefused() {
        assertThat(code("")).isEqualTo("BK-PASTE-EMPTY");
        assertThat(code(" \n\n")).isEqualTo("BK-PASTE-EMPTY");
    }

    @Test
    void binaryJunkIsRefused() {
        assertThat(code("\u001f\u0008\u0000\u0003junk")).isEqualTo("BK-PASTE-BINARY");
    }

    @Test
    void aHugeLineIsRefused() {
        assertThat(code(HEAD + "\tRegion 0: " + "x".repeat(1 << 20))).isEqualTo("BK-PASTE-LINE");
    }

    @Test
    void aTextWithoutAnyKnownLineIsRefused() {
        assertThat(code("Dear all,\nmy card does not work.\n")).isEqualTo("BK-PASTE-NOTHING");
    }

    @Test
    void aDumpThatBreaksOffIsRefused() {
        String line = "f4 1a 00 10 07 04 10 00 00 00 00 02 00 00 00 00";

        assertThat(code(HEAD + "00: " + line + "\n10: 00 00\n")).isEqualTo("BK-PASTE-TRUNCATED");
        assertThat(code(HEAD + "00: " + line + "\n")).isEqualTo("BK-PASTE-TRUNCATED");
        assertThat(code(HEAD + "00: " + line + "\n20: " + line + "\n")).isEqualTo("BK-PASTE-TRUNCATED");
    }

    @Test
    void linesThatContradictEachOtherAreRefused() {
        assertThat(code(HEAD + "\tRegion 0: Memory at fe000000 (32-bit, non-prefetchable) [size=4K]\n" + HEAD
                        + "\tRegion 0: Memory at fd000000 (32-bit, non-prefetchable) [size=4K]\n"))
                .isEqualTo("BK-PASTE-CONTRADICTION");
        assertThat(code(HEAD + "\tRegion 0: Memory at fe000800 (32-bit, non-prefetchable) [size=4K]\n"))
                .isEqualTo("BK-PASTE-CONTRADICTION");
        assertThat(code("febfffff-e0000000 : PCI Bus 0000:00\n")).isEqualTo("BK-PASTE-CONTRADICTION");
    }

    @Test
    void bridgesThatLieBelowEachOtherAreRefused() {
        assertThat(code("""
                        01:00.0 PCI bridge [0604]: Port [1b36:000c]
                        	Bus: primary=01, secondary=02, subordinate=02, sec-latency=0
                        02:00.0 PCI bridge [0604]: Port [1b36:000c]
                        	Bus: primary=02, secondary=01, subordinate=01, sec-latency=0
                        """)).isEqualTo("BK-PASTE-CONTRADICTION");
    }

    @Test
    void aStretchThatIsNotThereIsRefused() {
        Wish wish = new Wish(Optional.empty(), OptionalInt.of(9), Integer.MAX_VALUE);

        assertThatExceptionOfType(PasteException.class)
                .isThrownBy(() -> Pastes.of(Pastes.text(Pastes.POWER_LOSS), wish))
                .satisfies(e -> assertThat(e.code()).isEqualTo("BK-PASTE-PART"));
    }

    /** Lines are lost, doubled, cut and exchanged; what comes out is a snapshot or an error with a code. */
    @Test
    void damagedPastesGiveASnapshotOrACode() throws SnapshotFormatException {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            for (String name : List.of(Pastes.HARMLESS_FAILURE, Pastes.POWER_LOSS, Pastes.SEVERAL_MACHINES)) {
                String damaged = damaged(Pastes.text(name), random);
                try {
                    Topology topology = Pastes.of(damaged).topology();
                    assertThat(SnapshotJson.fromJson(SnapshotJson.toJson(topology)))
                            .isEqualTo(topology);
                    Diagnosis.examine(topology, History.NONE);
                    KernelModels.forRelease("6.18.0").apply(topology, new Action.RescanAll());
                } catch (PasteException e) {
                    assertThat(e.code()).as("seed %d of %s", seed, name).startsWith("BK-PASTE-");
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + " of " + name, e);
                }
            }
        }
    }

    private static String damaged(String text, Random random) {
        StringBuilder damaged = new StringBuilder();
        for (String line : text.lines().toList()) {
            switch (random.nextInt(8)) {
                case 0 -> {}
                case 1 -> damaged.append(line).append('\n').append(line).append('\n');
                case 2 ->
                    damaged.append(line, 0, random.nextInt(line.length() + 1)).append('\n');
                case 3 ->
                    damaged.append(line.replace('0', (char) ('0' + random.nextInt(10))))
                            .append('\n');
                default -> damaged.append(line).append('\n');
            }
        }
        return damaged.toString();
    }
}
