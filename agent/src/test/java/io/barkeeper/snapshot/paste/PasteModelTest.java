package io.barkeeper.snapshot.paste;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel model on machines that were pasted: what it predicts is what the paste shows next. */
class PasteModelTest {

    private static Prediction simulate(Topology topology, String... actions) throws ActionSyntaxException {
        List<Action> parsed = new ArrayList<>();
        for (String action : actions) {
            parsed.add(ActionParser.parse(action));
        }
        return KernelModels.forKernel(topology.kernel()).applyAll(topology, parsed);
    }

    private static Map<String, Optional<AddressRange>> places(Topology topology) {
        Map<String, Optional<AddressRange>> places = new TreeMap<>();
        for (PciFunction function : topology.functions()) {
            for (Resource resource : function.resources()) {
                places.put(function.address() + " " + resource.index(), resource.range());
            }
        }
        return places;
    }

    @Test
    void theHotAddThatFoundNoRoomIsPredictedWithAllThatItTookFromItsNeighbours()
            throws PasteException, ActionSyntaxException {
        int arrival = Pastes.lineOf(Pastes.PLX_SLOTS, "[  953.367876]");
        Topology before =
                Pastes.read(Pastes.PLX_SLOTS, "6.18.0-rc7", arrival - 1).topology();
        Topology after = Pastes.read(Pastes.PLX_SLOTS, "6.18.0-rc7").topology();

        Prediction predicted = simulate(before, "unplug:0000:04:0b.0", "hotplug:0000:04:09.0:mem32=256K");

        assertThat(predicted.doubts()).isEmpty();
        assertThat(places(predicted.after())).isEqualTo(places(after));
    }

    /** The machine ran a release candidate of 6.17. */
    @ParameterizedTest
    @ValueSource(strings = {"6.17.0-rc1", "6.18.0"})
    void theRescanAfterAPowerLossPlacesEveryResourceWhereThePasteShowsIt(String release)
            throws PasteException, ActionSyntaxException {
        Topology after = Pastes.read(Pastes.POWER_LOSS, release).topology();

        Prediction predicted = simulate(after, "remove:0000:01:00.0", "power-loss:0000:00:01.0", "rescan");

        assertThat(predicted.doubts()).isEmpty();
        assertThat(places(predicted.after())).isEqualTo(places(after));
    }

    @Test
    void ofAKernelThatIsTooOldTheModelSaysThatItDoesNotKnow() throws PasteException, ActionSyntaxException {
        Topology topology = Pastes.read(Pastes.HARMLESS_FAILURE, "5.4.0").topology();
        KernelModel model = KernelModels.forKernel(topology.kernel());

        assertThat(model.isKnown()).isFalse();
        assertThat(model.name()).isEqualTo("5.4.0 is not known; nearest is 6.1 (K61)");
        assertThat(simulate(topology, "remove:0000:7d:00.3", "rescan").doubts())
                .anyMatch(d -> d.why().equals("how kernel 5.4.0 assigns PCI resources was never checked"));
    }

    @Test
    void ofAKernelThatThePasteDoesNotNameTheModelSaysThatItDoesNotKnow() throws PasteException {
        Topology topology = Pastes.read(Pastes.VF_BARS, "").topology();

        assertThat(KernelModels.forKernel(topology.kernel()).name()).startsWith("the kernel's release is not known");
    }

    @Test
    void whatAKernelKeepsUnseenOfAWindowIsOpenWithoutTheLogThatToldIt() throws PasteException {
        String paste = Pastes.HARMLESS_FAILURE;
        int log = Pastes.lineOf(paste, "[  705.747983]");

        assertThat(doubtful(Pastes.read(paste, "7.2.0", log - 1).topology())).containsExactly("0000:7c:00.0 14");
        assertThat(doubtful(Pastes.read(paste, "6.12.0", log - 1).topology())).isEmpty();
        assertThat(doubtful(Pastes.read(paste, "7.2.0").topology())).isEmpty();
        assertThat(doubtful(Pastes.read(Pastes.PLX_SLOTS, "6.18.0-rc7").topology()))
                .isEmpty();
    }

    private static List<String> doubtful(Topology topology) {
        List<String> windows = new ArrayList<>();
        for (PciFunction function : topology.functions()) {
            function.resources().stream()
                    .filter(Resource::isDoubtful)
                    .forEach(r -> windows.add(function.address() + " " + r.index()));
        }
        return windows;
    }
}
