package io.barkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.cli.text.Answer;
import io.barkeeper.cli.text.ExplainText;
import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Explanation;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.plan.Preferences;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import io.barkeeper.testing.Scenes;
import io.barkeeper.testing.TreeBuilder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What explain and plan say of a bridge that arrived without a bus number. */
class BridgeWithoutBusTest {

    private static final PciAddress BRIDGE = PciAddress.parse("0000:06:00.0");
    private static final KernelModel MODEL = KernelModels.forRelease("6.12.107");

    private final Topology before = Scenes.switchBefore("6.12.107");
    private final Topology after = MODEL.apply(
                    before,
                    ActionParser.parse(
                            "hotplug:0000:02:03.0:@bridge",
                            file -> List.of(TreeBuilder.q35("6.12.107")
                                    .port("00:01.0", "", PortType.ROOT_PORT, 6, 6)
                                    .port("06:00.0", "00:01.0", PortType.UPSTREAM_PORT, 0, 0)
                                    .build()
                                    .get(BRIDGE))))
            .after();
    private final History history = History.NONE.seen(before, true);

    @Test
    void explainSaysThatItDoesNotWorkAndWhatIsMissing() throws Refusal {
        View view = new View(
                after,
                history,
                Policy.judge(after, Usage.NOTHING_ASKED, PolicyRules.NONE),
                MODEL,
                List.of(),
                true,
                Preferences.NONE);

        Answer answer = new Answer(Answers.explain(view, BRIDGE));

        String text = String.join(" ", ExplainText.of(answer, 1000));
        assertThat(text)
                .doesNotContain("Every resource that it has is placed")
                .contains("It does not work: the bridge has no bus number")
                .contains("at least 2 are missing")
                .contains("What would help")
                .contains("hpbussize=3");
    }

    @Test
    void planSaysWhichNumbersAreMissing() {
        PlanResult result = Planner.plan(
                new PlanRequest(after, history, Policy.judge(after, Usage.NOTHING_ASKED, PolicyRules.NONE), MODEL)
                        .wishing(Set.of(BRIDGE)));

        assertThat(result).isInstanceOf(PlanResult.Refused.class);
        assertThat(String.join(" ", Explanation.of(result)))
                .contains("it has no bus number: the range of 0000:02:03.0")
                .contains("at least 2 are missing");
    }
}
