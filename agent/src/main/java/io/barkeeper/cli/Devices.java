package io.barkeeper.cli;

import io.barkeeper.pci.PciAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Device addresses as operators type them. */
final class Devices {

    private Devices() {}

    /** @throws Problem when the text is no PCI address */
    static PciAddress parse(String text) throws Problem {
        return PciAddress.tryParse(text)
                .orElseThrow(() -> Problem.usage(
                        "'" + text + "' is no PCI address", "write it as lspci -D does, for example 0000:03:00.0"));
    }

    /** @throws Problem when one of the texts is no PCI address */
    static Set<PciAddress> parse(List<String> texts) throws Problem {
        Set<PciAddress> all = new LinkedHashSet<>();
        for (String text : texts) {
            all.add(parse(text));
        }
        return all;
    }
}
