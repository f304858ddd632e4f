package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every machine and every history, whatever the kernel does. */
class ModelPropertiesTest {

    private static final int MACHINES = 60;
    private static final int STEPS = 8;

    @ParameterizedTest
    @ValueSource(
            strings = {"6.1.176", "6.12.107", "6.16.3", "6.18.9", "6.18.15", "6.19.14", "7.0.13", "7.2.12", "7.3.4"})
    void assignedResourcesAreAlignedDisjointAndInsideTheirWindows(String release) {
        for (long seed = 1; seed <= MACHINES; seed++) {
            RandomMachines random = new RandomMachines(seed);
            Topology now = random.machine(release);
            KernelModel model = Lab.model(now);
            List<Action> history = new ArrayList<>(List.of(new Action.RescanAll()));
            now = model.apply(now, new Action.RescanAll()).after();
            check(now, seed, history);
            for (int step = 0; step < STEPS; step++) {
                Action action = random.action(now);
                history.add(action);
                Topology before = now;
                Prediction prediction = model.apply(now, action);
                now = prediction.after();
                assertThat(model.apply(before, action).after())
                        .as("seed %d: %s", seed, history)
                        .isEqualTo(now);
                assertThat(model.traced().apply(before, action).after())
                        .as("seed %d with a trace: %s", seed, history)
                        .isEqualTo(now);
                check(now, seed, history);
                checkScope(before, now, action, seed, history);
            }
        }
    }

    private static void check(Topology topology, long seed, List<Action> history) {
        for (HostBridge host : topology.hostBridges()) {
            checkBus(topology.onRootBus(host), Optional.empty(), seed, history);
        }
        for (PciFunction bridge : topology.functions()) {
            if (bridge.isBridge()) {
                checkBus(topology.childrenOf(bridge.address()), Optional.of(bridge), seed, history);
            }
        }
    }

    private static void checkBus(
            List<PciFunction> functions, Optional<PciFunction> bridge, long seed, List<Action> history) {
        List<AddressRange> io = new ArrayList<>();
        List<AddressRange> memory = new ArrayList<>();
        for (PciFunction function : functions) {
            for (Resource resource : function.resources()) {
                if (resource.range().isEmpty()) {
                    continue;
                }
                AddressRange range = resource.range().get();
                String what = String.format(
                        "seed %d, %s %s %s after %s", seed, function.address(), resource.name(), range, history);
                List<AddressRange> taken = resource.kind().isIo() ? io : memory;
                assertThat(taken.stream().filter(range::overlaps)).as(what).isEmpty();
                taken.add(range);
                if (!resource.isWindow() && !resource.isVfBar()) {
                    assertThat(range.start() & (range.size() - 1)).as(what).isZero();
                }
                bridge.ifPresent(b -> assertThat(b.resources().stream()
                                .filter(w -> w.isWindow()
                                        && w.kind().isIo() == resource.kind().isIo())
                                .flatMap(w -> w.range().stream())
                                .anyMatch(w -> w.contains(range)))
                        .as(what)
                        .isTrue());
            }
        }
    }

    /** What is outside the bus that an action works on stays as it was. */
    private static void checkScope(Topology before, Topology after, Action action, long seed, List<Action> history) {
        Optional<PciAddress> top = Optional.empty();
        if (action instanceof Action.Remove remove) {
            top = Optional.of(remove.address());
        } else if (action instanceof Action.Rescan rescan) {
            top = before.get(rescan.address()).parent();
        } else if (action instanceof Action.RescanBus rescan) {
            // On an empty bus it sizes the bridge above anew, and may then release the windows of its neighbours.
            top = before.bridgeTo(rescan.domain(), rescan.bus())
                    .map(PciFunction::address)
                    .filter(bridge -> !before.childrenOf(bridge).isEmpty());
        } else if (action instanceof Action.Unplug unplug) {
            top = Optional.of(unplug.port());
        } else if (action instanceof Action.Window window) {
            top = Optional.of(window.address());
        }
        if (top.isEmpty()) {
            return;
        }
        for (PciFunction function : before.functions()) {
            boolean isInside = before.isAtOrBelow(function.address(), top.get());
            if (!isInside) {
                assertThat(after.find(function.address()))
                        .as("seed %d, %s after %s", seed, function.address(), history)
                        .contains(function);
            }
        }
    }
}
