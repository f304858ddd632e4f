package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import io.barkeeper.testing.TreeBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random devices arrive in the ports of a switch, one after the other; every plan for the last one is examined. */
class PlannerPropertyTest {

    private static final int MACHINES = 25;
    private static final List<String> SPECS = List.of(
            "mem32=4K",
            "mem32=1M",
            "mem64=16K",
            "mem32=4K,io=256",
            "mem32=4K,none,mem64pref=16M",
            "mem32=4K,io=256,mem64pref=64M",
            "mem32=4K,none,mem64pref=128M",
            "mem32=4K,none,mem64pref=256M",
            "mem32=16M");

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-44-amd64", "6.12.107", "6.18.15", "7.2.13"})
    void noDeviceThatWorkedIsWorseOff(String release) {
        KernelModel model = KernelModels.forRelease(release);
        int feasible = 0;
        for (int seed = 0; seed < MACHINES; seed++) {
            List<Topology> story = story(release, model, new Random(seed));
            Topology start = story.get(story.size() - 1);
            History history = History.NONE.seen(story.get(story.size() - 2), true);
            PlanRequest request =
                    new PlanRequest(start, history, judge(start, seed), model).withConfigWritable(seed % 3 != 0);

            PlanResult result = Planner.plan(request);

            assertThat(Planner.plan(request)).as("seed %d, asked again", seed).isEqualTo(result);
            if (result instanceof PlanResult.Feasible found) {
                feasible++;
                Plan plan = found.plan();
                unharmed(history.seen(start, false), start, plan.predicted(), "seed " + seed + ", predicted");
                unharmed(history.seen(start, false), start, plan.fallback().result(), "seed " + seed + ", way back");
                assertThat(plan.rounds().get(0).released())
                        .as("seed %d: only what may move is released", seed)
                        .allMatch(a -> Policy.mayMove(request.movability(), a));
            }
        }
        assertThat(feasible).as("machines with a plan").isPositive();
    }

    private static void unharmed(History history, Topology start, Topology after, String what) {
        Works before = new Works(start, history);
        Works later = new Works(after, history);
        for (PciFunction function : start.functions()) {
            if (before.works(function.address())) {
                assertThat(later.shortcoming(function.address())).as(what).isEmpty();
            }
        }
    }

    /** The machine after each arrival that the model is certain about. */
    private static List<Topology> story(String release, KernelModel model, Random random) {
        List<Topology> story = new ArrayList<>(List.of(machine(release)));
        List<String> ports = new ArrayList<>(List.of("0000:02:00.0", "0000:02:01.0", "0000:02:02.0", "0000:02:03.0"));
        Collections.shuffle(ports, random);
        for (String port : ports) {
            String spec = SPECS.get(random.nextInt(SPECS.size()));
            Prediction next =
                    model.apply(story.get(story.size() - 1), ActionParser.parse("hotplug:" + port + ":" + spec));
            if (next.isCertain()) {
                story.add(next.after());
            }
        }
        assertThat(story).hasSizeGreaterThan(1);
        return story;
    }

    /** Every fifth device is said to be in use. */
    private static Map<PciAddress, Movability> judge(Topology topology, int seed) {
        Set<PciAddress> pins = topology.functions().stream()
                .filter(f -> !f.isBridge() && (f.address().hashCode() + seed) % 5 == 0)
                .map(PciFunction::address)
                .collect(Collectors.toSet());
        return Policy.judge(topology, Usage.NOTHING_ASKED, new PolicyRules(List.of(), pins));
    }

    private static Topology machine(String release) {
        TreeBuilder tree = TreeBuilder.q35(release)
                .port("00:01.0", "", PortType.ROOT_PORT, 1, 6)
                .window(ResourceKind.WINDOW_IO, 0xc000, 0x2000)
                .window(ResourceKind.WINDOW_MEM, 0xfe00_0000L, TreeBuilder.mib(8))
                .window(ResourceKind.WINDOW_PREF, 0xe000_0000L, TreeBuilder.mib(256))
                .port("01:00.0", "00:01.0", PortType.UPSTREAM_PORT, 2, 6)
                .window(ResourceKind.WINDOW_IO, 0xc000, 0x2000)
                .window(ResourceKind.WINDOW_MEM, 0xfe00_0000L, TreeBuilder.mib(8))
                .window(ResourceKind.WINDOW_PREF, 0xe000_0000L, TreeBuilder.mib(256));
        for (int i = 0; i < 4; i++) {
            tree.port("02:0" + i + ".0", "01:00.0", PortType.DOWNSTREAM_PORT, 3 + i, 3 + i)
                    .window(ResourceKind.WINDOW_MEM, 0xfe00_0000L + TreeBuilder.mib(2L * i), TreeBuilder.mib(2))
                    .window(ResourceKind.WINDOW_PREF, 0xe000_0000L + TreeBuilder.mib(2L * i), TreeBuilder.mib(2));
        }
        return tree.build();
    }
}
