package io.barkeeper.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.FirmwareMap;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class KernelLogParserTest {

    private static final PciAddress DEVICE = PciAddress.parse("0000:06:00.0");
    private static final PciAddress PORT = PciAddress.parse("0000:02:03.0");

    private static KernelLog parse(String dmesg) {
        return KernelLogParser.parse(KernelLogText.messages(dmesg));
    }

    @Test
    void levelsTimesAndCallersAreTakenOff() {
        assertThat(KernelLogText.messages("""
                        [    0.000000] plain
                        <6>[    0.000000] level
                        kern  :info  : [    1.234567] decoded
                        [Sat Nov 21 00:16:30 2026] human
                        [    0.000000][    T1] caller
                        nothing taken off
                        [mem 0x40000000-0xafffffff] available for PCI devices
                        """))
                .containsExactly(
                        "plain",
                        "level",
                        "decoded",
                        "human",
                        "caller",
                        "nothing taken off",
                        "[mem 0x40000000-0xafffffff] available for PCI devices");
    }

    @Test
    void aperturesKeepTheOrderOfTheLogAndFirmwareIsRead() {
        KernelLog log = parse("""
                [    0.000000] Linux version 6.1.0-50-amd64 (builder) (gcc) #1 SMP Debian 6.1.176-1
                [    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
                [    0.000000] BIOS-e820: [mem 0x00000000b0000000-0x00000000bfffffff] reserved
                [    0.100000] [mem 0x40000000-0xafffffff] available for PCI devices
                [    0.200000] PCI: Ignoring E820 reservations for host bridge windows
                [    0.300000] pci_bus 0000:00: root bus resource [io  0x0d00-0xffff window]
                [    0.300000] pci_bus 0000:00: root bus resource [mem 0x100000000-0x8ffffffff pref window]
                [    0.300000] pci_bus 0000:00: root bus resource [mem 0xc0000000-0xfebfffff window]
                [    0.300000] pci_bus 0000:00: root bus resource [bus 00-7f]
                """);

        assertThat(log.reachesBoot()).isTrue();
        assertThat(log.firmware().honoured()).isEqualTo(FirmwareMap.Honoured.NO);
        assertThat(log.firmware().entries())
                .containsExactly(new AddressRange(0, 0x9fbff), new AddressRange(0xb0000000L, 0xbfffffffL));
        assertThat(log.firmware().gapStart()).hasValue(0x40000000L);
        KernelLog.HostTrace host = Objects.requireNonNull(log.hosts().get("0000:00"));
        assertThat(host.lastBus()).hasValue(0x7f);
        assertThat(host.apertures().get(0))
                .isEqualTo(new HostBridge.Aperture(true, false, new AddressRange(0xd00, 0xffff)));
        assertThat(host.apertures()).hasSize(3);
    }

    @Test
    void aLogWithoutItsBeginningSaysSo() {
        KernelLog log = parse("[ 9000.1] pci 0000:06:00.0: BAR 0 [mem 0x00000000-0x00000fff]\n");

        assertThat(log.reachesBoot()).isFalse();
        assertThat(log.firmware()).isEqualTo(FirmwareMap.UNKNOWN);
    }

    @Test
    void theLastLineOfABarWinsInTheWordOrderOfToday() {
        KernelLog.FunctionTrace trace = parse("""
                        pci 0000:06:00.0: [1b36:0005] type 00 class 0x00ff00 PCIe Legacy Endpoint
                        pci 0000:06:00.0: BAR 1 [io  0x0000-0x00ff]
                        pci 0000:06:00.0: BAR 2 [mem 0x00000000-0x0fffffff 64bit pref]
                        pci 0000:06:00.0: ROM [mem 0x00000000-0x0000ffff pref]
                        pci 0000:06:00.0: BAR 2 [mem size 0x20000000 64bit pref]: can't assign; no space
                        pci 0000:06:00.0: VF BAR 0 [mem 0x00000000-0x00003fff 64bit]
                        pci 0000:06:00.0: VF BAR 0 [mem 0x00000000-0x0001ffff 64bit]: contains BAR 0 for 8 VFs
                        """).of(DEVICE);

        assertThat(trace.discovered()).isTrue();
        assertThat(trace.type()).contains(PortType.LEGACY_ENDPOINT);
        assertThat(trace.bar(1)).contains(new KernelLog.SizedKind(ResourceKind.IO, 0x100));
        assertThat(trace.bar(2)).contains(new KernelLog.SizedKind(ResourceKind.MEM64_PREF, 0x20000000));
        assertThat(trace.bar(6)).contains(new KernelLog.SizedKind(ResourceKind.ROM, 0x10000));
        assertThat(trace.bar(7)).contains(new KernelLog.SizedKind(ResourceKind.MEM64, 0x20000));
    }

    @Test
    void theWordOrderOfBefore68IsUnderstoodToo() {
        KernelLog log = parse("""
                pci 0000:06:00.0: reg 0x18: [mem 0x00000000-0x0fffffff 64bit pref]
                pci 0000:06:00.0: reg 0x30: [mem 0x00000000-0x0003ffff pref]
                pci 0000:06:00.0: VF(n) BAR0 space: [mem 0x00000000-0x0001ffff 64bit] (contains BAR0 for 8 VFs)
                pci 0000:06:00.0: BAR 6: failed to assign [mem size 0x00040000 pref]
                pci 0000:06:00.0: BAR 10: assigned [mem 0xfe000000-0xfe00ffff 64bit]
                pcieport 0000:02:03.0: BAR 13: no space for [io  size 0x1000]
                pcieport 0000:02:03.0: BAR 13: failed to assign [io  size 0x1000]
                pcieport 0000:02:03.0: BAR 15: failed to assign [mem size 0x10000000 64bit pref]
                pcieport 0000:02:03.0: BAR 15: assigned [mem 0xf0000000-0xf00fffff 64bit pref]
                """);

        assertThat(log.of(DEVICE).bar(2)).contains(new KernelLog.SizedKind(ResourceKind.MEM64_PREF, 0x10000000));
        assertThat(log.of(DEVICE).bar(6)).contains(new KernelLog.SizedKind(ResourceKind.ROM, 0x40000));
        assertThat(log.of(DEVICE).bar(7)).contains(new KernelLog.SizedKind(ResourceKind.MEM64, 0x20000));
        assertThat(log.of(DEVICE).bar(10)).contains(new KernelLog.SizedKind(ResourceKind.MEM64, 0x10000));
        assertThat(log.of(PORT).lostWindow(Resource.WINDOW_IO)).hasValue(0x1000);
        assertThat(log.of(PORT).lostWindow(Resource.WINDOW_PREF)).isEmpty();
        assertThat(log.of(PORT).windowsSeen()).containsExactly(Resource.WINDOW_IO, Resource.WINDOW_PREF);
    }

    @Test
    void aWindowThatWasLostKeepsItsLastSizeUntilItIsPlacedOrUnused() {
        String lost = """
                pcieport 0000:02:03.0: bridge window [mem size 0x00200000]: failed to assign
                pcieport 0000:02:03.0: bridge window [mem size 0x40000000]: failed to assign
                pcieport 0000:02:03.0: bridge window [io  0xc000-0xcfff]: releasing
                """;

        assertThat(parse(lost).of(PORT).lostWindow(Resource.WINDOW_MEM)).hasValue(0x40000000);
        assertThat(parse(lost).of(PORT).lostWindow(Resource.WINDOW_IO)).hasValue(0x1000);
        assertThat(parse(lost + "pci 0000:02:03.0: disabling bridge window [mem 0x1-0x0] to [bus 06] (unused)\n")
                        .of(PORT)
                        .lostWindow(Resource.WINDOW_MEM))
                .hasValue(0);
        assertThat(parse(lost + "pci 0000:02:03.0: [104c:8233] type 01 class 0x060400 PCIe Switch Downstream Port\n")
                        .of(PORT)
                        .lostWindows())
                .isEmpty();
        assertThat(parse(lost + "pcieport 0000:02:03.0:   bridge window [mem 0xfe000000-0xfe1fffff]\n")
                        .of(PORT)
                        .lostWindow(Resource.WINDOW_MEM))
                .isEmpty();
    }

    @Test
    void aDiscoveryForgetsThePredecessorInTheSlot() {
        KernelLog log = parse("""
                pci 0000:06:00.0: BAR 2 [mem 0x00000000-0x0fffffff 64bit pref]
                pci 0000:06:00.0: [1b36:0005] type 00 class 0x00ff00
                pci 0000:06:00.0: BAR 0 [mem 0x00000000-0x00000fff]
                """);

        assertThat(log.of(DEVICE).bar(2)).isEmpty();
        assertThat(log.of(DEVICE).bar(0)).isPresent();
    }

    @Test
    void theTrueSizeOfABarThatAnAlignmentMadeLargerIsKeptUntilItIsFoundAgain() {
        for (String name : new String[] {"BAR0", "BAR 0"}) {
            String found = """
                    pci 0000:06:00.0: [1b36:0005] type 00 class 0x00ff00
                    pci 0000:06:00.0: BAR 0 [mem 0x40000000-0x40000fff]
                    """;
            String enlarged = found + "pci 0000:06:00.0: " + name
                    + " [mem 0x40000000-0x40000fff]: requesting alignment to 0x400000\n"
                    + "pci 0000:06:00.0: BAR 0 [mem 0x40000000-0x403fffff]: assigned\n";
            assertThat(parse(enlarged).of(DEVICE).alignedFrom(0)).hasValue(0x1000);
            assertThat(parse(enlarged).of(DEVICE).bar(0).orElseThrow().size()).isEqualTo(0x400000);
            assertThat(parse(enlarged + found).of(DEVICE).alignedFrom(0)).isEmpty();
        }
    }

    @Test
    void aLogThatComesInPiecesTellsTheSameAsAWholeOne() {
        List<String> messages = KernelLogText.messages("""
                [    0.000000] Linux version 6.1.0-50-amd64 (builder) (gcc) #1 SMP Debian 6.1.176-1
                [    0.300000] pci_bus 0000:00: root bus resource [mem 0xc0000000-0xfebfffff window]
                [    7.166210] pci 0000:06:00.0: [1b36:0005] type 00 class 0x00ff00
                [    7.166663] pci 0000:06:00.0: BAR 0 [mem 0x00000000-0x00000fff]
                [    7.171184] pci 0000:06:00.0: BAR 0 [mem 0xfe800000-0xfe800fff]: assigned
                [    8.166210] pci 0000:02:03.0: bridge window [mem size 0x00200000]: failed to assign
                """);
        for (int cut = 0; cut <= messages.size(); cut++) {
            KernelLogParser parser = new KernelLogParser();
            parser.accept(messages.subList(0, cut));
            parser.soFar();
            parser.accept(messages.subList(cut, messages.size()));
            assertThat(parser.soFar()).as("cut at %d", cut).isEqualTo(KernelLogParser.parse(messages));
        }
    }
}
