package io.barkeeper.snapshot.paste;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Sriov;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotFormatException;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.snapshot.paste.PasteImport.Imported;
import io.barkeeper.snapshot.paste.PasteImport.Wish;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real machines printed becomes a topology that holds what the paste shows and no more. */
class PasteImportTest {

    private static final long MIB = 1 << 20;

    private static List<String> troubles(Topology topology) {
        return Diagnosis.examine(topology, History.NONE).stream()
                .map(t -> t.severity().label() + " " + t.address() + " " + t.index())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Pastes.PLX_SLOTS,
                Pastes.SWITCH_BAR_PINS,
                Pastes.POWER_LOSS,
                Pastes.CUT_LINES,
                Pastes.HARMLESS_FAILURE,
                Pastes.SEVERAL_MACHINES,
                Pastes.VF_BARS
            })
    void everyPasteOfARealMachineMakesAValidSnapshot(String name) throws PasteException, SnapshotFormatException {
        Topology topology = Pastes.read(name, "").topology();

        assertThat(SnapshotJson.fromJson(SnapshotJson.toJson(topology))).isEqualTo(topology);
        assertThat(topology.functions()).isNotEmpty();
    }

    @Test
    void aWholePasteShowsTheDeviceThatArrivedAndFoundNoRoom() throws PasteException {
        Imported imported = Pastes.read(Pastes.PLX_SLOTS, "6.18.0-rc7");
        Topology topology = imported.topology();

        assertThat(troubles(topology)).contains("fatal 0000:0a:00.0 0");
        assertThat(Pastes.size(topology, "0000:0a:00.0", 0)).hasValue(256 << 10);
        assertThat(topology.find(PciAddress.parse("0000:0c:00.0"))).isEmpty();
        assertThat(Pastes.place(topology, "0000:03:00.0", Resource.WINDOW_MEM)).isEqualTo("-");
        assertThat(imported.notes().has("BK-NOTE-ARRIVED")).isTrue();
        assertThat(imported.notes().has("BK-NOTE-POWERED-OFF")).isTrue();
    }

    @Test
    void lspciIsBelievedWhereTheLogTellsNothingNewer() throws PasteException {
        int until = Pastes.lineOf(Pastes.PLX_SLOTS, "[  953.367876]") - 1;
        Topology topology = Pastes.read(Pastes.PLX_SLOTS, "6.18.0-rc7", until).topology();
        PciFunction port = topology.get(PciAddress.parse("0000:04:0b.0"));

        assertThat(Pastes.place(topology, "0000:03:00.0", Resource.WINDOW_PREF)).isEqualTo("0x90000000-0x90afffff");
        assertThat(Pastes.place(topology, "0000:0c:00.0", 0)).isEqualTo("0xdf000000-0xdf03ffff");
        assertThat(port.type()).isEqualTo(PortType.DOWNSTREAM_PORT);
        assertThat(port.bridge().orElseThrow().hotplug()).isTrue();
        assertThat(port.bridge().orElseThrow().pciehp()).isTrue();
        assertThat(port.parent()).contains(PciAddress.parse("0000:03:00.0"));
        assertThat(topology.hostBridges().get(0).apertures()).hasSize(5);
        assertThat(topology.reserved()).anyMatch(r -> r.owner().equals("INT345D:00"));
        assertThat(topology.get(PciAddress.parse("0000:00:02.0")).traits().bootVga())
                .isTrue();
    }

    @Test
    void aGrowthThatWasRefusedIsKeptWithTheBarThatKeptItsPlace() throws PasteException {
        int until = Pastes.lineOf(Pastes.SWITCH_BAR_PINS, "pci 0000:60:00.0: BAR 2 [mem size 0x200000000") + 20;
        int restored = 0;
        List<String> lines = Pastes.text(Pastes.SWITCH_BAR_PINS).lines().toList();
        for (int i = 0; i < until; i++) {
            restored = lines.get(i).endsWith("0xbfefffffff 64bit pref]: assigned") ? i + 1 : restored;
        }
        Topology topology =
                Pastes.read(Pastes.SWITCH_BAR_PINS, "6.15.0", restored).topology();
        Resource bar = Pastes.resource(topology, "0000:60:00.0", 2);

        assertThat(bar.size()).hasValue(256 * MIB);
        assertThat(bar.refused()).hasValue(8192 * MIB);
        assertThat(troubles(topology)).containsExactly("cosmetic 0000:60:00.0 2");
        assertThat(topology.get(PciAddress.parse("0000:5e:00.0")).type()).isEqualTo(PortType.UPSTREAM_PORT);
    }

    @Test
    void theLastWordOfTheLogCounts() throws PasteException {
        Imported imported = Pastes.read(Pastes.SWITCH_BAR_PINS, "6.15.0");

        assertThat(troubles(imported.topology())).isEmpty();
        assertThat(Pastes.place(imported.topology(), "0000:60:00.0", 2)).isEqualTo("0xb000000000-0xb1ffffffff");
        assertThat(imported.notes().has("BK-NOTE-REFUSED")).isTrue();
    }

    @Test
    void ofSeveralBootsOneIsTakenAndTheOthersAreNamed() throws PasteException {
        Imported imported = Pastes.read(Pastes.SEVERAL_MACHINES, "6.5.0");
        Wish third = new Wish(Optional.of("6.5.0"), OptionalInt.of(3), Integer.MAX_VALUE);
        Topology other = Pastes.of(Pastes.text(Pastes.SEVERAL_MACHINES), third).topology();

        assertThat(troubles(imported.topology())).containsExactly("fatal 0000:01:00.0 0", "fatal 0000:01:00.0 1");
        assertThat(imported.notes().has("BK-NOTE-PARTS")).isTrue();
        assertThat(troubles(other)).isEmpty();
        assertThat(Pastes.place(other, "0000:01:08.0", 4)).isEqualTo("0x800100000-0x800103fff");
    }

    @Test
    void aFailureThatHarmsNobodyIsCosmetic() throws PasteException {
        Topology topology = Pastes.read(Pastes.HARMLESS_FAILURE, "5.4.0").topology();

        assertThat(troubles(topology)).containsExactly("cosmetic 0000:7c:00.0 14");
        assertThat(topology.get(PciAddress.parse("0000:7d:00.3")).sriov()).contains(new Sriov(3, 0));
        assertThat(Pastes.size(topology, "0000:7d:00.0", Resource.FIRST_VF)).hasValue(0x30000);
        assertThat(topology.get(PciAddress.parse("0000:7d:00.0")).driver()).contains("hclge");
    }

    @Test
    void whatALineLeavesOutStaysUnknown() throws PasteException {
        Imported imported = Pastes.read(Pastes.CUT_LINES, "");
        Topology topology = imported.topology();

        assertThat(Pastes.size(topology, "0000:07:01.0", Resource.WINDOW_PREF)).isEqualTo(OptionalLong.empty());
        assertThat(topology.hostBridges()).noneMatch(h -> h.complete());
        assertThat(troubles(topology)).contains("fatal 0000:08:00.0 1");
        assertThat(topology.kernel().release()).isEmpty();
        assertThat(imported.notes().has("BK-NOTE-KERNEL")).isTrue();
        assertThat(imported.notes().has("BK-NOTE-CUT")).isTrue();
        assertThat(Diagnosis.examine(topology, History.NONE))
                .extracting(Trouble::why)
                .anyMatch(why -> why.endsWith("the memory windows of 0000:07:01.0 are unknown"));
    }

    @Test
    void rowsOfVirtualFunctionsAreNamedByTheirRowBefore68() throws PasteException {
        Topology topology = Pastes.read(Pastes.VF_BARS, "5.10.0").topology();

        assertThat(troubles(topology))
                .containsExactly(
                        "cosmetic 0000:02:00.1 10",
                        "cosmetic 0000:02:00.2 7",
                        "cosmetic 0000:02:00.2 10",
                        "cosmetic 0000:02:00.3 7",
                        "cosmetic 0000:02:00.3 10");
        assertThat(Pastes.place(topology, "0000:02:00.0", 7)).isEqualTo("0xf7490000-0xf74affff");
    }

    @Test
    void iomemAloneGivesAperturesAndWhoHoldsThem() throws PasteException {
        Imported imported = Pastes.of("""
                e0000000-febfffff : PCI Bus 0000:00
                  e0000000-e01fffff : PCI Bus 0000:01
                  fea00000-fea00fff : 0000:00:02.0
                  fed00000-fed003ff : HPET 0
                fec00000-fec003ff : IOAPIC 0
                """);

        assertThat(imported.topology().functions()).isEmpty();
        assertThat(imported.topology().hostBridges()).hasSize(1);
        assertThat(imported.topology().hostBridges().get(0).complete()).isFalse();
        assertThat(imported.notes().has("BK-NOTE-ONLY-MAPPED")).isTrue();
    }

    @Test
    void quotedAndWrappedLinesAreRead() throws PasteException {
        Topology topology = Pastes.of("""
                        > [    1.000000] pci_bus 0000:00: root bus resource [mem 0xc0000000-0xfebfffff window]
                        > [    1.100000] pci 0000:00:03.0: [1af4:1000] type 00 class 0x020000 conventional PCI endpoint
                        > [    1.200000] pci 0000:00:03.0: BAR 4 [mem 0xfe000000-0xfe003fff
                        > 64bit pref]
                        """).topology();

        Resource bar = Pastes.resource(topology, "0000:00:03.0", 4);
        assertThat(Pastes.place(topology, "0000:00:03.0", 4)).isEqualTo("0xfe000000-0xfe003fff");
        assertThat(bar.hardware()).isEqualTo(Decoded.unread());
    }
}
