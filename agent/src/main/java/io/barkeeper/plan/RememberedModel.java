package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.Topology;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A kernel model that does not work out twice what the same actions do to the same state.
 *
 * <p>When not everybody can be helped, the planner asks about one device after the other, and each time plays much the same
 * release sets. A state is known again by identity: those that follow from remembered ones are remembered themselves.
 * What is first asked is kept until there is enough of it; sets come in the same order each time, so what was asked
 * longest ago is asked again first. For one question and one thread.
 */
final class RememberedModel implements KernelModel {

    /** Functions in sum over the states that are kept, about 20 MiB. */
    private static final int MOST = 100_000;

    private final KernelModel model;
    private final IdentityHashMap<Topology, Map<List<Action>, Prediction>> known = new IdentityHashMap<>();
    private int kept;

    RememberedModel(KernelModel model) {
        this.model = model.quiet();
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public boolean isKnown() {
        return model.isKnown();
    }

    @Override
    public KernelModel traced() {
        return model.traced();
    }

    @Override
    public Prediction apply(Topology before, Action action) {
        return applyAll(before, List.of(action));
    }

    @Override
    public Prediction applyAll(Topology before, List<Action> actions) {
        Map<List<Action>, Prediction> remembered = known.get(before);
        Prediction asked = remembered == null ? null : remembered.get(actions);
        if (asked != null) {
            return asked;
        }
        Prediction answer = model.applyAll(before, actions);
        int functions = answer.after().functions().size();
        if (kept + functions <= MOST) {
            kept += functions;
            known.computeIfAbsent(before, b -> new HashMap<>()).put(List.copyOf(actions), answer);
        }
        return answer;
    }
}
