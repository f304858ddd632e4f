package io.barkeeper.control;

import io.barkeeper.diagnosis.EmptySlots;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import io.barkeeper.plan.Reserve;
import io.barkeeper.plan.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an administrator wants kept free, held against the machine as it is: each such device is plugged into its empty
 * port on the kernel model. A port that has its device already asks for nothing.
 */
public final class Wishes {

    /** In place of a reserve: those of the configuration. */
    public static final String CONFIGURED = "configured";

    private final View view;
    private final Set<PciAddress> empty;

    private Wishes(View view) {
        this.view = view;
        this.empty = EmptySlots.of(view.topology()).stream()
                .map(PciFunction::address)
                .collect(Collectors.toSet());
    }

    /** One warning for each wish that would not come true, in their order. */
    public static List<Trouble> unfulfilled(View view) {
        Wishes wishes = new Wishes(view);
        List<Trouble> warnings = new ArrayList<>();
        for (Wish wish : view.preferences().wishes()) {
            Optional<PciFunction> port = wish.portIn(view.topology());
            if (port.isPresent() && wishes.empty.contains(port.get().address())) {
                Reserve reserve = new Reserve(port.get().address(), wish.device());
                wishes.missing(reserve).ifPresent(why -> warnings.add(warning(reserve, why)));
            }
        }
        return warnings;
    }

    /**
     * The reserves that an operator names.
     *
     * @param texts each as {@link Reserve#parse} takes it, or {@link #CONFIGURED}
     * @throws Refusal when one is neither, or nothing is configured
     */
    public static List<Reserve> named(View view, List<String> texts) throws Refusal {
        List<Reserve> all = new ArrayList<>();
        for (String text : texts) {
            if (text.equals(CONFIGURED)) {
                all.addAll(configured(view));
                continue;
            }
            try {
                all.add(Reserve.parse(text));
            } catch (ActionSyntaxException e) {
                throw new Refusal(
                        "BK-PARAMS",
                        Refusal.USAGE,
                        String.valueOf(e.getMessage()),
                        "barkeeper plan --reserve 0000:02:03.0=256M");
            }
        }
        return all;
    }

    private static List<Reserve> configured(View view) throws Refusal {
        Wishes wishes = new Wishes(view);
        List<Wish> wanted = view.preferences().wishes();
        List<Reserve> reserves = new ArrayList<>();
        for (Wish wish : wanted) {
            wish.portIn(view.topology())
                    .filter(p -> wishes.empty.contains(p.address()))
                    .ifPresent(p -> reserves.add(new Reserve(p.address(), wish.device())));
        }
        if (reserves.isEmpty()) {
            throw new Refusal(
                    "BK-NO-RESERVE",
                    Refusal.USAGE,
                    wanted.isEmpty()
                            ? "the configuration has no [[reserve]]"
                            : "none of the " + wanted.size()
                                    + " [[reserve]] of the configuration names an empty hot-plug port of this machine",
                    "name a port, barkeeper plan --reserve 0000:02:03.0=256M, or set one, see barkeeper.toml(5)");
        }
        return reserves;
    }

    /** Why the device would not work or would harm others, a clause; empty when all would be well. */
    private Optional<String> missing(Reserve reserve) {
        Topology now = view.topology();
        KernelModel model = view.model().quiet();
        Works works = new Works(now, view.history().seen(now, false));
        Prediction added = model.apply(now, new Action.Hotplug(reserve.port(), reserve.device(), false));
        if (!added.isCertain()) {
            return Optional.of("it is uncertain what the kernel would do");
        }
        Works then = new Works(added.after(), view.history().seen(now, false));
        Optional<String> own = added.after().childrenOf(reserve.port()).stream()
                .flatMap(f -> then.shortcoming(f.address()).stream())
                .findFirst();
        return own.or(() -> now.functions().stream()
                .map(PciFunction::address)
                .filter(a -> works.works(a) && !then.works(a))
                .findFirst()
                .map(a -> a + " would stop working"));
    }

    private static Trouble warning(Reserve reserve, String why) {
        return new Trouble(
                reserve.port(),
                -1,
                Optional.of(ResourceKind.MEM64_PREF),
                OptionalLong.empty(),
                Trouble.Severity.WARNING,
                Trouble.Cause.NO_SPACE,
                "the device that the configuration reserves room for, " + reserve.device()
                        + ", would not fit into port "
                        + reserve.port() + ": " + why
                        + "; 'barkeeper plan --reserve' shows a quiet-time plan that makes room");
    }
}
