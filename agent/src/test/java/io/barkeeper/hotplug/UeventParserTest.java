package io.barkeeper.hotplug;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.nativeshim.Received.Credentials;
import io.barkeeper.nativeshim.Received.Datagram;
import io.barkeeper.pci.PciAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UeventParserTest {

    private static final String PATH = "/devices/pci0000:00/0000:00:01.0/0000:01:00.0";
    private static final Optional<Credentials> KERNEL = Optional.of(new Credentials(0, 0, 0));

    private static byte[] message(String... parts) {
        return (String.join("\0", parts) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] added() {
        return message(
                "add@" + PATH,
                "ACTION=add",
                "DEVPATH=" + PATH,
                "SUBSYSTEM=pci",
                "PCI_CLASS=10802",
                "PCI_SLOT_NAME=0000:01:00.0",
                "SEQNUM=1234");
    }

    @Test
    void readsWhatTheKernelSendsForANewFunction() {
        Uevent event = (Uevent) UeventParser.parse(added());

        assertThat(event.action()).isEqualTo("add");
        assertThat(event.function()).contains(PciAddress.parse("0000:01:00.0"));
        assertThat(event.concernsPci()).isTrue();
        assertThat(event.isSynthetic()).isFalse();
        assertThat(event).hasToString("add pci 0000:01:00.0");
    }

    @Test
    void refusesMessagesOfUdev() {
        assertThat(UeventParser.parse(message("libudev", "x=y"))).isInstanceOf(Malformed.class);
    }

    @Test
    void refusesAHeaderThatContradictsTheVariables() {
        assertThat(UeventParser.parse(message("add@" + PATH, "ACTION=remove", "DEVPATH=" + PATH)))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void refusesACutMessage() {
        byte[] whole = added();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            if (length == 0 || cut[length - 1] != 0) {
                assertThat(UeventParser.parse(cut)).as("%d bytes", length).isInstanceOf(Malformed.class);
            }
        }
    }

    @Test
    void answersAnyBytes() {
        long seed = 42;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = random.nextInt(3) == 0 ? added() : new byte[random.nextInt(200)];
            for (int flips = random.nextInt(1 + bytes.length); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(UeventParser.parse(bytes))
                    .as("seed %d, message %d", seed, i)
                    .isNotNull();
        }
    }

    @Test
    void believesTheKernelOnly() {
        assertThat(SenderTrust.doubt(new Datagram(added(), 0, 1, KERNEL, false)))
                .isEmpty();
        assertThat(SenderTrust.doubt(new Datagram(added(), 4711, 1, KERNEL, false)))
                .isPresent();
        assertThat(SenderTrust.doubt(new Datagram(added(), 0, 2, KERNEL, false)))
                .isPresent();
        assertThat(SenderTrust.doubt(new Datagram(added(), 0, 0, KERNEL, false)))
                .isPresent();
        assertThat(SenderTrust.doubt(new Datagram(added(), 0, 1, Optional.empty(), false)))
                .isPresent();
        assertThat(SenderTrust.doubt(new Datagram(added(), 0, 1, Optional.of(new Credentials(99, 0, 0)), false)))
                .isPresent();
    }

    @Test
    void asksForAFullLookWhenAMessageOfTheKernelWasCut() {
        assertThat(UeventSource.judge(new Datagram(added(), 0, 1, KERNEL, true)))
                .isInstanceOf(Heard.Overflow.class);
        assertThat(UeventSource.judge(new Datagram(added(), 9, 1, KERNEL, true)))
                .isInstanceOf(Heard.Rejected.class);
    }
}
