package io.barkeeper.snapshot.paste;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.paste.PasteImport.Imported;
import org.junit.jupiter.api.Test;

/** What {@code lspci} prints in its several versions and with its several options. */
class LspciParserTest {

    private static final String NIC = """
            00:03.0 Ethernet controller [0200]: Some Vendor Network device [1af4:1000] (rev 02)
            	Subsystem: Some Vendor Device [1af4:0001]
            	Control: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+
            	Region 0: I/O ports at c040 [size=32]
            	Region 1: Memory at febc0000 (32-bit, non-prefetchable) [size=4K]
            	Region 4: Memory at <unassigned> (64-bit, prefetchable) [size=16K]
            	Expansion ROM at feb80000 [disabled] [size=256K]
            	Kernel driver in use: virtio-pci
            """;

    private static final PciAddress NIC_ADDRESS = PciAddress.parse("0000:00:03.0");

    @Test
    void regionsBecomeRowsAndTheCommandRegisterIsRead() throws PasteException {
        PciFunction nic = Pastes.of(NIC).topology().get(NIC_ADDRESS);

        assertThat(nic.ids().vendor()).isEqualTo(0x1af4);
        assertThat(nic.ids().subsystemDevice()).isEqualTo(1);
        assertThat(nic.ids().revision()).isEqualTo(2);
        assertThat(nic.command()).hasValue(0x407);
        assertThat(nic.driver()).contains("virtio-pci");
        assertThat(nic.resources()).extracting(Resource::index).containsExactly(0, 1, 4, Resource.ROM);
        assertThat(nic.resource(4).orElseThrow().kind()).isEqualTo(ResourceKind.MEM64_PREF);
        assertThat(nic.resource(4).orElseThrow().isAssigned()).isFalse();
        assertThat(nic.resource(1).orElseThrow().hardware()).isEqualTo(Decoded.unread());
    }

    @Test
    void aDumpShowsWhatTheRegistersHold() throws PasteException {
        String dump = """
                00: f4 1a 00 10 07 04 10 00 02 00 00 02 00 00 00 00
                10: 41 c0 00 00 00 00 bd fe 00 00 00 00 00 00 00 00
                20: 0c 00 00 fe 00 00 00 00 00 00 00 00 f4 1a 01 00
                30: 00 00 b8 fe 00 00 00 00 00 00 00 00 0b 01 00 00
                """;
        PciFunction nic = Pastes.of(NIC + dump).topology().get(NIC_ADDRESS);

        assertThat(nic.resource(1).orElseThrow().hardware())
                .isEqualTo(Decoded.at(new AddressRange(0xfebd0000L, 0xfebd0fffL)));
        assertThat(nic.resource(4).orElseThrow().hardware())
                .isEqualTo(Decoded.at(new AddressRange(0xfe000000L, 0xfe003fffL)));
    }

    @Test
    void windowsOfOldAndNewVersionsAreRead() throws PasteException {
        Topology topology = Pastes.of("""
                        00:01.0 PCI bridge: Some Vendor Root Port (prog-if 00 [Normal decode])
                        	Bus: primary=00, secondary=01, subordinate=01, sec-latency=0
                        	I/O behind bridge: 0000f000-00000fff
                        	Memory behind bridge: fe000000-fe1fffff
                        	Prefetchable memory behind bridge: 0000004000000000-00000040001fffff
                        	Capabilities: [40] Express (v2) Root Port (Slot+), MSI 00
                        		SltCap:	AttnBtn- PwrCtrl- MRL- AttnInd- PwrInd- HotPlug+ Surprise+
                        00:02.0 PCI bridge [0604]: Some Vendor Root Port [1b36:000c] (prog-if 01 [Subtractive decode])
                        	Bus: primary=00, secondary=02, subordinate=03, sec-latency=0
                        	I/O behind bridge: 2000-2fff [size=4K] [16-bit]
                        	Memory behind bridge: fe200000-fe3fffff [size=2M] [disabled] [32-bit]
                        	Prefetchable memory behind bridge: [disabled] [64-bit]
                        """).topology();
        PciFunction old = topology.get(PciAddress.parse("0000:00:01.0"));

        assertThat(Pastes.place(topology, "0000:00:01.0", Resource.WINDOW_IO)).isEqualTo("-");
        assertThat(Pastes.place(topology, "0000:00:01.0", Resource.WINDOW_PREF)).isEqualTo("0x4000000000-0x40001fffff");
        assertThat(old.bridge().orElseThrow().windows().pref64()).isTrue();
        assertThat(old.bridge().orElseThrow().hotplug()).isTrue();
        assertThat(old.type()).isEqualTo(PortType.ROOT_PORT);
        assertThat(Pastes.place(topology, "0000:00:02.0", Resource.WINDOW_IO)).isEqualTo("0x2000-0x2fff");
        Resource closed = Pastes.resource(topology, "0000:00:02.0", Resource.WINDOW_MEM);
        assertThat(closed.isAssigned()).isFalse();
        assertThat(closed.hardware()).isEqualTo(Decoded.at(new AddressRange(0xfe200000L, 0xfe3fffffL)));
        assertThat(topology.get(PciAddress.parse("0000:00:02.0"))
                        .bridge()
                        .orElseThrow()
                        .subtractive())
                .isTrue();
    }

    @Test
    void regionsWithoutNumbersAreLeftOutAndNoted() throws PasteException {
        Imported imported = Pastes.of("""
                        00:03.0 0200: 1af4:1000
                        	Flags: bus master, fast devsel, latency 0, IRQ 11
                        	Memory at febc0000 (32-bit, non-prefetchable) [size=4K]
                        	Capabilities: <access denied>
                        """);

        assertThat(imported.topology().get(NIC_ADDRESS).resources()).isEmpty();
        assertThat(imported.notes().has("BK-NOTE-REGIONS")).isTrue();
        assertThat(imported.notes().has("BK-NOTE-HEADER-ONLY")).isTrue();
    }

    @Test
    void theSamePasteTwiceIsReadOnce() throws PasteException {
        assertThat(Pastes.of(NIC + NIC).topology()).isEqualTo(Pastes.of(NIC).topology());
    }
}
