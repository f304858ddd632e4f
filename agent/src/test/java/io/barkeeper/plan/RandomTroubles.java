package io.barkeeper.plan;

import io.barkeeper.diagnosis.History;
import io.barkeeper.diagnosis.Works;
import io.barkeeper.kernel.Action;
import io.barkeeper.kernel.ActionParser;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.Prediction;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import io.barkeeper.policy.Movability;
import io.barkeeper.testing.TreeBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Seeded machines in trouble. A machine of random shape, with apertures that are often tight, is laid out by the kernel
 * model itself; then devices leave and others arrive until one has no room. A part of the devices is in use.
 */
public final class RandomTroubles {

    static final List<String> RELEASES = List.of("6.1.0-44-amd64", "6.12.107", "6.16.3", "6.18.9", "6.18.15", "7.2.13");

    private static final List<String> SPECS = List.of(
            "mem32=4K",
            "mem32=1M",
            "mem64=16K",
            "mem32=4K,io=256",
            "io=32,mem32=64K",
            "mem32=4K,none,mem64pref=16M",
            "mem32=4K,io=256,mem64pref=64M",
            "mem64pref=32M,mem32=2M",
            "mem32=4K,none,mem64pref=128M",
            "mem32=8K,none,mem64pref=256M",
            "mem64=1M,mem64pref=8M",
            "mem32pref=4M,mem32=1M",
            "mem32=4K+mem32=4K,none,mem64pref=32M",
            "mem32=16M");
    private static final int SMALLEST = 3;
    private static final int MOST_EVENTS = 12;
    private static final int MOST_ATTEMPTS = 40;

    private final Random random;
    private final int mostFunctions;
    /** Functions to build before anything happens; 0 to draw it. */
    private final int wantedSize;

    private final String release;
    private int nextBus = 1;
    private int functions;

    private RandomTroubles(long seed, int wantedSize, int mostFunctions, int attempt) {
        this.wantedSize = wantedSize;
        this.random = new Random(seed * 0x9e3779b97f4a7c15L + mostFunctions + attempt * 0x51_7cc1b7_2722L);
        this.mostFunctions = mostFunctions;
        this.release = RELEASES.get((int) (seed % RELEASES.size()));
    }

    /** The question that this seed makes; empty when nothing went wrong on any of its machines. */
    public static Optional<PlanRequest> request(long seed, int mostFunctions) {
        return request(seed, 0, mostFunctions);
    }

    /** The same on a machine of {@value #SMALLEST} to {@code mostFunctions} functions, every order of size as often. */
    public static Optional<PlanRequest> ofAnySize(long seed, int mostFunctions) {
        double share = new Random(seed * 0x2545_f491_4f6c_dd1dL).nextDouble();
        int size = (int) Math.round(SMALLEST * Math.pow((double) mostFunctions / SMALLEST, share));
        return request(seed, size, Math.min(mostFunctions, size + Math.max(2, size / 4)));
    }

    private static Optional<PlanRequest> request(long seed, int wantedSize, int mostFunctions) {
        Optional<PlanRequest> request = Optional.empty();
        for (int attempt = 0; attempt < MOST_ATTEMPTS && request.isEmpty(); attempt++) {
            request = new RandomTroubles(seed, wantedSize, mostFunctions, attempt).request();
        }
        return request;
    }

    private Optional<PlanRequest> request() {
        KernelModel model = KernelModels.forRelease(release).quiet();
        Topology now = model.apply(unscanned(), new Action.RescanAll()).after();
        for (int event = 0; event < MOST_EVENTS; event++) {
            Topology before = now;
            Optional<Action> action = event(now);
            Prediction next = action.map(a -> model.apply(before, a)).orElse(new Prediction(now, List.of(), List.of()));
            if (next.isCertain() && next.after().functions().size() <= mostFunctions) {
                now = next.after();
                History history = History.NONE.seen(before, true).seen(now, false);
                if (inTrouble(now, history)) {
                    boolean more = random.nextInt(4) == 0 && event + 1 < MOST_EVENTS;
                    if (!more) {
                        return Optional.of(new PlanRequest(now, history, judge(now), model)
                                .withConfigWritable(random.nextInt(4) > 0));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean inTrouble(Topology topology, History history) {
        Works works = new Works(topology, history);
        return topology.functions().stream().anyMatch(f -> !works.works(f.address()));
    }

    private Optional<Action> event(Topology now) {
        List<PciFunction> empty = new ArrayList<>();
        List<PciFunction> full = new ArrayList<>();
        for (PciFunction function : now.functions()) {
            if (function.bridge().filter(b -> b.hotplug() && b.secondary() != 0).isPresent()) {
                (now.childrenOf(function.address()).isEmpty() ? empty : full).add(function);
            }
        }
        if (!full.isEmpty() && (empty.isEmpty() || random.nextInt(4) == 0)) {
            PciFunction port = full.get(random.nextInt(full.size()));
            boolean isEndpoint = now.childrenOf(port.address()).stream().noneMatch(PciFunction::isBridge);
            return isEndpoint ? Optional.of(new Action.Unplug(port.address(), false)) : Optional.empty();
        }
        if (empty.isEmpty()) {
            return Optional.empty();
        }
        PciAddress port = empty.get(random.nextInt(empty.size())).address();
        return Optional.of(ActionParser.parse("hotplug:" + port + ":" + SPECS.get(random.nextInt(SPECS.size()))));
    }

    private Map<PciAddress, Movability> judge(Topology topology) {
        int busy = random.nextInt(3) * 12;
        Map<PciAddress, Movability> verdicts = new LinkedHashMap<>();
        for (PciFunction function : topology.functions()) {
            boolean held = !function.isBridge() && random.nextInt(100) < busy;
            verdicts.put(
                    function.address(), held ? new Movability.Pinned("it is in use") : new Movability.Free("idle"));
        }
        return verdicts;
    }

    private Topology unscanned() {
        long scale = mostFunctions > 40 ? 4 : 1;
        TreeBuilder tree = TreeBuilder.bare(release)
                .aperture(true, 0xd00, random.nextBoolean() ? 0xf300L : 0x3300L)
                .aperture(false, 0xa_0000, 0x2_0000)
                .aperture(false, 0x8000_0000L, TreeBuilder.mib((32L << random.nextInt(6)) * scale));
        if (random.nextInt(4) > 0) {
            tree.aperture(false, 0x1_0000_0000L, TreeBuilder.mib((256L << random.nextInt(7)) * scale));
        }
        int size = wantedSize > 0 ? wantedSize : drawnSize();
        int device = 1;
        while (functions < size && device < 0x1f) {
            rootBus(tree, device++);
        }
        Topology built = tree.build();
        return built.with(List.of(), built.functions());
    }

    private int drawnSize() {
        return mostFunctions <= 12 ? mostFunctions * 2 / 3 : 4 + random.nextInt(mostFunctions * 9 / 10);
    }

    private void rootBus(TreeBuilder tree, int device) {
        String address = String.format("00:%02x.0", device);
        if (random.nextInt(6) == 0) {
            endpoint(tree, address, "");
        } else {
            port(address, "", PortType.ROOT_PORT, mostFunctions > 12 ? 3 : 2).forEach(line -> line.accept(tree));
        }
    }

    /** A line of the machine's description. */
    private interface Line {
        void accept(TreeBuilder tree);
    }

    /** A port and what is below it: its bus numbers are known only once that is. */
    private List<Line> port(String address, String parent, PortType type, int depth) {
        functions++;
        int bus = nextBus++;
        List<Line> below = new ArrayList<>();
        int what = random.nextInt(10);
        String child = String.format("%02x:00.0", bus);
        if (depth > 0 && what < 5 && type != PortType.UPSTREAM_PORT && functions + 4 < mostFunctions) {
            below.addAll(port(child, address, PortType.UPSTREAM_PORT, depth - 1));
        } else if (type == PortType.UPSTREAM_PORT) {
            int ports = 2 + random.nextInt(Math.min(6, Math.max(1, mostFunctions / 5)));
            for (int i = 0; i < ports; i++) {
                below.addAll(port(String.format("%02x:%02x.0", bus, i), address, PortType.DOWNSTREAM_PORT, depth));
            }
        } else if (what < 8 && functions < mostFunctions) {
            functions++;
            String spec = spec();
            int kind = random.nextInt(4);
            below.add(t -> place(t, child, address, spec, kind));
        }
        int last = nextBus - 1;
        List<Line> lines = new ArrayList<>();
        lines.add(t -> t.port(address, parent, type, bus, last));
        lines.addAll(below);
        return lines;
    }

    private String spec() {
        String spec = SPECS.get(random.nextInt(SPECS.size()));
        return spec.contains("+") ? "mem32=4K" : spec;
    }

    private void endpoint(TreeBuilder tree, String address, String parent) {
        functions++;
        place(tree, address, parent, spec(), random.nextInt(4));
    }

    private static void place(TreeBuilder tree, String address, String parent, String spec, int kind) {
        int[] classes = {0x010802, 0x020000, 0x030200, 0xff0000};
        String[] drivers = {"nvme", "e1000e", "gpu", ""};
        tree.endpoint(address, parent, classes[kind], PortType.ENDPOINT, drivers[kind]);
        ActionParser.parseSpec(spec)
                .functions()
                .get(0)
                .bars()
                .forEach(b -> tree.unplaced(b.index(), b.kind(), b.size()));
    }
}
