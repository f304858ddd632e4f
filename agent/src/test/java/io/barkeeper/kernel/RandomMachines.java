package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded machines and actions: root ports, switches of one or two levels, endpoints of many shapes. */
final class RandomMachines {

    private static final String[] KINDS = {"mem32", "mem64", "mem64pref", "mem32pref"};

    private final Random random;
    private int nextBus = 1;

    RandomMachines(long seed) {
        random = new Random(seed);
    }

    Topology machine(String release) {
        Lab lab = Lab.q35(release);
        int ports = 1 + random.nextInt(4);
        for (int i = 0; i < ports; i++) {
            String port = String.format("00:%02x.0", i + 1);
            int bus = nextBus++;
            List<Runnable> later = new ArrayList<>();
            int depth = random.nextInt(3);
            fill(lab, port, bus, depth, later);
            lab.port(port, "", PortType.ROOT_PORT, random.nextInt(4) > 0, bus, Math.max(bus, nextBus - 1));
            later.forEach(Runnable::run);
        }
        if (random.nextBoolean()) {
            lab.device("00:1f.0", "", spec());
        }
        return lab.unscanned();
    }

    private void fill(Lab lab, String port, int bus, int depth, List<Runnable> later) {
        if (random.nextInt(4) == 0) {
            return;
        }
        if (depth == 0) {
            String address = String.format("%02x:00.0", bus);
            String spec = spec();
            later.add(() -> lab.device(address, port, spec));
            return;
        }
        String upstream = String.format("%02x:00.0", bus);
        int inner = nextBus++;
        int ports = 1 + random.nextInt(4);
        List<Runnable> below = new ArrayList<>();
        for (int i = 0; i < ports; i++) {
            String down = String.format("%02x:%02x.0", inner, i);
            int behind = nextBus++;
            boolean hotplug = random.nextInt(3) > 0;
            fill(lab, down, behind, depth - 1, below);
            int last = nextBus - 1;
            below.add(0, () -> lab.port(down, upstream, PortType.DOWNSTREAM_PORT, hotplug, behind, last));
        }
        int last = nextBus - 1;
        later.add(() -> lab.port(upstream, port, PortType.UPSTREAM_PORT, false, inner, last));
        later.addAll(below);
    }

    String spec() {
        StringBuilder spec = new StringBuilder();
        int places = 0;
        for (int i = 0; i <= random.nextInt(3); i++) {
            boolean io = random.nextInt(4) == 0;
            String kind = io ? "io" : KINDS[random.nextInt(KINDS.length)];
            places += kind.startsWith("mem64") ? 2 : 1;
            if (places > 6) {
                break;
            }
            int order = io ? 4 + random.nextInt(5) : 12 + random.nextInt(kind.startsWith("mem64") ? 19 : 13);
            spec.append(spec.isEmpty() ? "" : ",").append(kind).append('=').append(1L << order);
        }
        if (random.nextInt(4) == 0) {
            spec.append(",rom=").append(1L << (14 + random.nextInt(8)));
        }
        if (random.nextInt(6) == 0) {
            spec.append(",vf0=mem64pref:")
                    .append(1L << (12 + random.nextInt(8)))
                    .append("*8");
        }
        return spec.toString();
    }

    /** An action that makes sense on this machine. */
    Action action(Topology topology) {
        List<PciFunction> all = topology.functions();
        if (all.isEmpty() || random.nextInt(4) == 0) {
            return new Action.RescanAll();
        }
        PciFunction one = all.get(random.nextInt(all.size()));
        PciAddress address = one.address();
        int choice = random.nextInt(7);
        if (choice == 0) {
            return new Action.Rescan(address);
        }
        if (one.isBridge()) {
            boolean empty = topology.childrenOf(address).isEmpty();
            boolean vacant = topology.detached().stream()
                    .noneMatch(
                            f -> f.address().bus() == one.bridge().orElseThrow().secondary());
            if (empty && vacant && one.bridge().orElseThrow().hotplug()) {
                return new Action.Hotplug(address, ActionParser.parseSpec(spec()), random.nextInt(3) == 0);
            }
            if (choice == 1) {
                return new Action.RescanBus(0, one.bridge().orElseThrow().secondary());
            }
            if (choice == 2 && !empty) {
                return new Action.Unplug(address, false);
            }
            if (choice == 3) {
                return ActionParser.parse("window:" + address + ":pref:closed");
            }
        }
        return new Action.Remove(address);
    }
}
