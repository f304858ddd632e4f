package io.barkeeper.diagnosis;

import io.barkeeper.diagnosis.Trouble.Cause;
import io.barkeeper.diagnosis.Trouble.Severity;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Harm that the next hot-add would do. When a port has no window of the kind that a new device wants and the bus above
 * has no room for one, the kernel's second try releases the windows of that kind of all ports beside it
 * ({@code pci_assign_unassigned_bridge_resources}), under live drivers; from 6.15 on a mere reserve is enough for that.
 * So a few typical devices are plugged into each empty hot-plug port of the model, and whoever works now and would not
 * work then is named.
 */
public final class Forecast {

    /** Beyond so many empty ports a warning helps nobody. */
    private static final int MOST_PORTS = 64;

    /** Functions in sum over the empty ports that are looked at: asking the model takes longer on a large machine. */
    private static final int WORK = 30_000;

    private static final List<Probe> PROBES = List.of(
            new Probe("a device without an I/O BAR", "mem32=4K", ResourceKind.MEM32),
            new Probe("a device with an I/O BAR", "mem32=4K,io=256", ResourceKind.IO),
            new Probe("a device with a BAR of 16 MiB", "mem32=16M", ResourceKind.MEM32),
            new Probe(
                    "a device with a prefetchable BAR of 1 GiB",
                    "mem32=4K,none,mem64pref=1G",
                    ResourceKind.MEM64_PREF));

    private final Topology topology;
    private final History history;
    private final KernelModel model;
    private final Works now;

    private Forecast(Topology topology, History history, KernelModel model) {
        this.topology = topology;
        this.history = history.seen(topology, false);
        this.model = model.quiet();
        this.now = new Works(topology, this.history);
    }

    /** A device that might come. */
    private record Probe(String name, String spec, ResourceKind kind) {}

    /** At most one warning for each empty hot-plug port: the least demanding device that would do harm. */
    public static List<Trouble> of(Topology topology, History history, KernelModel model) {
        Forecast forecast = new Forecast(topology, history, model);
        List<Trouble> warnings = new ArrayList<>();
        EmptySlots.of(topology).stream()
                .limit(Math.min(
                        MOST_PORTS, WORK / Math.max(1, topology.functions().size()) + 1))
                .forEach(port -> forecast.warning(port).ifPresent(warnings::add));
        return warnings;
    }

    private Optional<Trouble> warning(PciFunction port) {
        for (Probe probe : PROBES) {
            Action arrival = new Action.Hotplug(port.address(), ActionParser.parseSpec(probe.spec()), false);
            Prediction after = model.apply(topology, arrival);
            List<PciAddress> harmed = after.isCertain() ? harmed(after.after()) : List.of();
            if (!harmed.isEmpty()) {
                return Optional.of(trouble(port, probe, harmed));
            }
        }
        return Optional.empty();
    }

    private List<PciAddress> harmed(Topology after) {
        Works then = new Works(after, history);
        return topology.functions().stream()
                .map(PciFunction::address)
                .filter(a -> now.works(a) && !then.works(a))
                .toList();
    }

    private Trouble trouble(PciFunction port, Probe probe, List<PciAddress> harmed) {
        String what = probe.name() + " in port " + port.address() + " would close windows of "
                + (harmed.size() == 1 ? "a live neighbour" : harmed.size() + " live neighbours")
                + " on this kernel ("
                + harmed.stream().limit(4).map(PciAddress::toString).collect(Collectors.joining(", "))
                + (harmed.size() > 4 ? ", …" : "") + "); 'barkeeper plan --reserve " + port.address() + "="
                + probe.spec() + "' shows a quiet-time plan that prevents it";
        boolean reserveOnly = probe.equals(PROBES.get(0));
        return new Trouble(
                port.address(),
                -1,
                Optional.of(probe.kind()),
                OptionalLong.empty(),
                Severity.WARNING,
                Cause.WOULD_HARM,
                reserveOnly ? what + ", and so does booting with pci=hpiosize=0,hpmmiosize=0,hpmmioprefsize=0" : what);
    }
}
