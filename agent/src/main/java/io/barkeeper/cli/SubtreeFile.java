package io.barkeeper.cli;

import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SnapshotFormatException;
import io.barkeeper.snapshot.SnapshotJson;
import java.util.ArrayList;
import java.util.List;

/**
 * The device that {@code hotplug:PORT:@FILE} plugs in: a snapshot and, after {@code #}, the address in it of one function
 * of the card. All functions of that slot come, each with what is below it. The address may be left out where the whole
 * snapshot is one card.
 */
final class SubtreeFile {

    private SubtreeFile() {}

    /**
     * Reads the functions of a card, parents first.
     *
     * @param name a file, maybe with {@code #BDF}; {@code -} is standard input
     * @throws ActionSyntaxException when there is none; the message says why
     */
    static List<PciFunction> read(Console console, String name) {
        int mark = name.lastIndexOf('#');
        String file = mark < 0 ? name : name.substring(0, mark);
        Topology topology = topology(console, file);
        if (mark < 0) {
            return card(topology, onlyCard(topology, file));
        }
        String text = name.substring(mark + 1);
        PciFunction wanted = PciAddress.tryParse(text)
                .flatMap(topology::find)
                .orElseThrow(() -> new ActionSyntaxException("the snapshot " + file + " has no function " + text));
        return card(topology, wanted);
    }

    private static Topology topology(Console console, String file) {
        try {
            return SnapshotJson.parse(InputFile.SNAPSHOT.text(console, file));
        } catch (Problem e) {
            throw new ActionSyntaxException(e.message());
        } catch (SnapshotFormatException e) {
            throw new ActionSyntaxException("the snapshot " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static PciFunction onlyCard(Topology topology, String file) {
        List<PciFunction> tops = topology.functions().stream()
                .filter(f -> f.parent().isEmpty() && !f.isVirtualFunction())
                .toList();
        if (tops.isEmpty() || tops.stream().anyMatch(f -> !sameSlot(f, tops.get(0)))) {
            throw new ActionSyntaxException("the snapshot " + file + " holds "
                    + (tops.isEmpty() ? "no function" : "a whole machine") + "; name a card in it, as in '@" + file
                    + "#0000:03:00.0'");
        }
        return tops.get(0);
    }

    private static List<PciFunction> card(Topology topology, PciFunction one) {
        List<PciFunction> functions = new ArrayList<>();
        topology.functions().stream()
                .filter(f -> sameSlot(f, one) && !f.isVirtualFunction())
                .forEach(f -> functions.addAll(topology.subtree(f.address())));
        functions.removeIf(PciFunction::isVirtualFunction);
        return functions;
    }

    private static boolean sameSlot(PciFunction a, PciFunction b) {
        return a.address().domain() == b.address().domain()
                && a.address().bus() == b.address().bus()
                && a.address().device() == b.address().device();
    }
}
