package io.barkeeper.transaction;

import static io.barkeeper.testing.TreeBuilder.mib;
import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.journal.PriorFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.testing.TreeBuilder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void anIoBarBehindAPortThatNeverForwardedIoIsNoBreachOfTheWayBack() {
        Topology machine = machine(true);

        assertThat(Comparison.afterBack(prior(machine), machine)).isEmpty();
    }

    @Test
    void anIoBarWhoseWindowWasOpenAndIsClosedIsABreachOfTheWayBack() {
        assertThat(Comparison.afterBack(prior(machine(false)), machine(true)))
                .singleElement()
                .asString()
                .contains("0000:01:00.0 BAR 1")
                .contains("lies in no open window of 0000:00:01.0");
    }

    @Test
    void whatWasNotPromisedToBeReachableIsNoBreachOfTheRound() {
        Topology machine = machine(true);

        assertThat(Comparison.afterRound(prior(machine), machine, machine)).isEmpty();
        assertThat(Comparison.afterRound(prior(machine(false)), machine(false), machine))
                .isNotEmpty();
    }

    private static Prior prior(Topology machine) {
        List<PriorFunction> functions = machine.functions().stream()
                .map(f -> PriorFunction.of(machine, f, false))
                .toList();
        return new Prior(functions, Set.of(), Optional.empty());
    }

    private static Topology machine(boolean closed) {
        TreeBuilder tree = TreeBuilder.q35("6.12.107").port("00:01.0", "", PortType.ROOT_PORT, 1, 1);
        if (closed) {
            tree.windowClosedInHardware(ResourceKind.WINDOW_IO, 0xc000, 0x1000);
        } else {
            tree.window(ResourceKind.WINDOW_IO, 0xc000, 0x1000);
        }
        return tree.window(ResourceKind.WINDOW_MEM, 0xfe40_0000L, mib(2))
                .window(ResourceKind.WINDOW_PREF, 0xf400_0000L, mib(64))
                .testDevice("01:00.0", "00:01.0", 0xfe40_0000L, 0xc000, 0xf400_0000L, mib(64))
                .build();
    }
}
