package io.barkeeper.transaction;

import io.barkeeper.diagnosis.History;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.simulated.SimulatedMachine;
import io.barkeeper.machine.sysfs.SysfsReader;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Plan;
import io.barkeeper.plan.PlanRequest;
import io.barkeeper.plan.PlanResult;
import io.barkeeper.plan.Planner;
import io.barkeeper.policy.Holder;
import io.barkeeper.policy.Policy;
import io.barkeeper.policy.PolicyRules;
import io.barkeeper.policy.Usage;
import io.barkeeper.testkit.CapturedTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Two NVMe disks and a small device behind a switch, after a device arrived for which there was no room. */
record SwitchScene(Topology topology, KernelModel model, Plan plan) {

    static final PciAddress NEWCOMER = PciAddress.parse("0000:06:00.0");

    static SwitchScene after(String kernel, Path directory) throws Exception {
        Topology topology = SysfsReader.open(CapturedTree.unpack("switch-" + kernel + "-after", directory))
                .read(Optional.empty())
                .topology();
        KernelModel model = KernelModels.forKernel(topology.kernel());
        Map<PciAddress, List<Holder>> nobody =
                topology.functions().stream().collect(Collectors.toMap(PciFunction::address, f -> List.<Holder>of()));
        PlanResult result = Planner.plan(new PlanRequest(
                topology, History.NONE, Policy.judge(topology, new Usage(nobody), PolicyRules.NONE), model));
        if (result instanceof PlanResult.Feasible feasible) {
            return new SwitchScene(topology, model, feasible.plan());
        }
        throw new AssertionError("no plan for the switch on " + kernel + ": " + result);
    }

    SimulatedMachine machine() {
        return new SimulatedMachine(topology, model);
    }
}
