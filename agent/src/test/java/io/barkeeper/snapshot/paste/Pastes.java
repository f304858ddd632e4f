package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.paste.PasteImport.Imported;
import io.barkeeper.snapshot.paste.PasteImport.Wish;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What real machines printed, cut down to the lines of a machine, and short ways to ask about it. */
final class Pastes {

    static final String PLX_SLOTS = "plx-slots.txt";
    static final String SWITCH_BAR_PINS = "switch-bar-pins.txt";
    static final String POWER_LOSS = "rescan-after-power-loss.txt";
    static final String CUT_LINES = "cut-lines.txt";
    static final String HARMLESS_FAILURE = "harmless-failure.txt";
    static final String SEVERAL_MACHINES = "several-machines.txt";
    static final String VF_BARS = "vf-bars.txt";

    private Pastes() {}

    static String text(String name) {
        try (InputStream in = Pastes.class.getResourceAsStream("/pastes/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no paste " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of the first line that contains a text, from 1. */
    static int lineOf(String name, String text) {
        List<String> lines = text(name).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("no line with " + text);
    }

    static Imported read(String name, String kernel) throws PasteException {
        return read(name, kernel, Integer.MAX_VALUE);
    }

    static Imported read(String name, String kernel, int until) throws PasteException {
        Optional<String> release = kernel.isEmpty() ? Optional.empty() : Optional.of(kernel);
        return of(text(name), new Wish(release, OptionalInt.empty(), until));
    }

    static Imported of(String text) throws PasteException {
        return of(text, Wish.ALL);
    }

    static Imported of(String text, Wish wish) throws PasteException {
        return PasteImport.read(List.of(new PasteSource("paste", PasteSource.Kind.MIXED, text)), wish);
    }

    static Resource resource(Topology topology, String address, int index) {
        return topology.get(PciAddress.parse(address)).resource(index).orElseThrow();
    }

    /** {@code 0x1000-0x1fff}, or {@code -} where there is no address. */
    static String place(Topology topology, String address, int index) {
        return resource(topology, address, index)
                .range()
                .map(AddressRange::toString)
                .orElse("-");
    }

    static OptionalLong size(Topology topology, String address, int index) {
        return resource(topology, address, index).size();
    }
}
