package io.barkeeper.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Chooses the next action from what the guest shows. The mix follows what people and kernels do: cards come and go, things are
 * removed and found again, ports are emptied, closed and found anew; large cards and I/O BARs below switches are common enough
 * that a good part finds no room and some hot-adds take a neighbour's window away.
 */
final class RandomActions {
    private final RandomMachine machine;
    private final Random random;
    /** Functions removed through sysfs and not seen since, with the bus they sat on. */
    private final Set<String> removedFrom = new HashSet<>();

    private GuestView view;

    RandomActions(RandomMachine machine, GuestView first) {
        this.machine = machine;
        this.random = new Random(machine.seed * 31 + 5);
        this.view = first;
    }

    /** The next action for a guest that looks like this. */
    LabAction next(GuestView now) {
        view = now;
        for (int attempt = 0; attempt < 50; attempt++) {
            Optional<LabAction> action = attempt();
            if (action.isPresent()) {
                return action.get();
            }
        }
        return LabAction.script("rescan", "echo 1 >/sys/bus/pci/rescan");
    }

    /** A card for one of the empty slots of a guest that looks like this; empty when all are full. */
    Optional<LabAction> hotAdd(GuestView now) {
        view = now;
        return plug();
    }

    private Optional<LabAction> attempt() {
        int roll = random.nextInt(100);
        if (!removedFrom.isEmpty() && roll < (machine.harsh ? 80 : machine.crowded ? 25 : 50)) {
            return rescan();
        }
        roll = random.nextInt(100);
        List<Supplier<Optional<LabAction>>> choices = List.of(
                this::plug,
                this::unplug,
                this::remove,
                this::rescan,
                this::window,
                this::align,
                this::decode,
                this::unbind);
        int[] weights = machine.harsh
                ? new int[] {50, 26, 18, 4, 0, 0, 0, 2}
                : machine.crowded ? new int[] {52, 28, 8, 4, 3, 2, 1, 2} : new int[] {36, 12, 26, 6, 10, 4, 3, 3};
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            if (roll < sum) {
                return choices.get(i).get();
            }
        }
        return Optional.empty();
    }

    /** The host bridge, the board's own bridge with ACPI's ports, and the way to the shared folder stay. */
    private boolean mayGo(String function) {
        return !view.attribute(function, "class").startsWith("0x0600")
                && !function.matches("0000:00:1f\\..")
                && !view.driver(function).equals("virtio-pci");
    }

    private boolean isBridge(String function) {
        return view.attribute(function, "class").startsWith("0x0604");
    }

    private <T> Optional<T> pick(List<T> of) {
        return of.isEmpty() ? Optional.empty() : Optional.of(of.get(random.nextInt(of.size())));
    }

    private List<String> bridges() {
        return view.functions().stream().filter(this::isBridge).toList();
    }

    private boolean isEmptyBridge(String bridge) {
        return view.functions().stream()
                .noneMatch(f -> !f.equals(bridge) && view.path(f).contains(bridge));
    }

    private Optional<LabAction> remove() {
        List<String> all = view.functions().stream().filter(this::mayGo).toList();
        boolean bridge = random.nextInt(100) < (machine.harsh ? 85 : 55);
        // Near the root, so that a harsh machine starts afresh.
        return pick(all.stream()
                        .filter(f -> isBridge(f) == bridge
                                && !(machine.harsh && view.path(f).size() > 2))
                        .toList())
                .map(f -> {
                    removedFrom.add(f.substring(0, 7));
                    return LabAction.script("remove:" + f, "echo 1 >/sys/bus/pci/devices/" + f + "/remove");
                });
    }

    private Optional<LabAction> rescan() {
        int kind = random.nextInt(100);
        if (kind < (machine.harsh ? 80 : 30)) {
            removedFrom.clear();
            return Optional.of(LabAction.script("rescan", "echo 1 >/sys/bus/pci/rescan"));
        }
        if (kind < 60) {
            List<String> from = new ArrayList<>(view.functions());
            if (random.nextBoolean()) {
                from.removeIf(f -> !isBridge(f));
            }
            return pick(from).map(f -> {
                String bus = f.substring(0, 7);
                removedFrom.remove(bus);
                return LabAction.script("rescan:" + f, "echo 1 >/sys/bus/pci/devices/" + f + "/rescan");
            });
        }
        List<String> buses = bridges().stream()
                .filter(b -> random.nextInt(3) == 0 || isEmptyBridge(b))
                .map(view::busBelow)
                .filter(b -> !b.isEmpty())
                .toList();
        List<String> wanted = buses.stream().filter(removedFrom::contains).toList();
        return pick(wanted.isEmpty() ? buses : wanted).map(b -> {
            removedFrom.remove(b);
            return LabAction.script("rescan-bus:" + b, "echo 1 >/sys/class/pci_bus/" + b + "/rescan");
        });
    }

    /** The port of a slot as the kernel sees it now, if it does and can handle hot-plug. */
    private Optional<String> port(RandomMachine.Slot slot) {
        return view.functions().stream()
                .filter(f -> slot.path().equals(devicePath(f)))
                .filter(f -> view.hasPciehp(f) || !slotName(f).isEmpty())
                .findFirst();
    }

    private String slotName(String port) {
        String bus = view.busBelow(port);
        return bus.isEmpty() ? "" : view.slot(bus + ":00");
    }

    /** {@code 00/01.0/00.0}: the path without the bus numbers below the root bus. */
    private String devicePath(String function) {
        List<String> path = view.path(function);
        if (path.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(path.get(0).substring(5, 7));
        path.forEach(f -> text.append('/').append(f.substring(8)));
        return text.toString();
    }

    private Optional<LabAction> plug() {
        List<RandomMachine.Slot> free = machine.slots.stream()
                .filter(s -> !machine.occupied.containsKey(s.bus()))
                .filter(s -> port(s).isPresent())
                .toList();
        List<RandomMachine.Slot> deep =
                free.stream().filter(s -> s.path().length() > 7).toList();
        return pick(deep.isEmpty() || random.nextInt(3) == 0 ? free : deep).map(slot -> {
            String port = port(slot).orElseThrow();
            boolean pciehp = view.hasPciehp(port);
            List<String> card = card(
                    slot.bus(),
                    view.attribute(port, "subordinate_bus_number")
                            .equals(view.attribute(port, "secondary_bus_number")));
            machine.occupied.put(slot.bus(), RandomMachine.identifier(card.get(card.size() - 1)));
            return new LabAction(
                    (pciehp ? "hotplug:" : "hotplug-acpi:") + port + ":@",
                    "",
                    card,
                    "",
                    false,
                    slot.bus(),
                    view.busBelow(port) + ":00.0");
        });
    }

    private List<String> card(String bus, boolean noNumbers) {
        if (machine.harsh) {
            return List.of(machine.cards.testDevice(bus));
        }
        if (!noNumbers && random.nextInt(4) == 0) {
            String id = machine.cards.name("hb");
            return List.of(
                    random.nextBoolean()
                            ? "pcie-pci-bridge,id=" + id + ",bus=" + bus
                            : "x3130-upstream,id=" + id + ",bus=" + bus);
        }
        return machine.cards.card(bus);
    }

    private Optional<LabAction> unplug() {
        List<RandomMachine.Slot> used = machine.slots.stream()
                .filter(s -> machine.occupied.containsKey(s.bus()))
                .filter(s -> port(s).isPresent())
                .toList();
        return pick(used).map(slot -> {
            String port = port(slot).orElseThrow();
            String device = machine.occupied.getOrDefault(slot.bus(), "");
            machine.occupied.remove(slot.bus());
            if (view.hasPciehp(port)) {
                return new LabAction(
                        "unplug:" + port,
                        "echo 0 >/sys/bus/pci/slots/" + slotName(port) + "/power",
                        List.of(),
                        device,
                        false,
                        slot.bus(),
                        "");
            }
            return new LabAction("unplug-acpi:" + port, "", List.of(), device, true, slot.bus(), "");
        });
    }

    /** Only windows of empty bridges: registers below a live driver are nobody's to close. */
    private Optional<LabAction> window() {
        return pick(bridges().stream()
                        .filter(this::isEmptyBridge)
                        .filter(this::mayGo)
                        .toList())
                .flatMap(bridge -> {
                    String kind = List.of("io", "mem", "pref").get(random.nextInt(3));
                    long size =
                            random.nextInt(3) > 0 ? 0 : (kind.equals("io") ? 0x1000L : 0x100000L) << random.nextInt(6);
                    return WindowScript.of(view, bridge, kind, size);
                });
    }

    private Optional<LabAction> align() {
        List<String> all = view.functions().stream().filter(this::mayGo).toList();
        return pick(all).map(f -> {
            int order = isBridge(f) ? 12 : 12 + random.nextInt(14);
            long size = 1L << order;
            String text = size >= 1 << 20 ? (size >> 20) + "M" : (size >> 10) + "K";
            return LabAction.script(
                    "align:" + f + ":" + text, "echo " + order + "@" + f + " >/sys/bus/pci/resource_alignment");
        });
    }

    private Optional<LabAction> decode() {
        return pick(view.functions().stream()
                        .filter(f -> mayGo(f) && !isBridge(f) && view.driver(f).isEmpty())
                        .toList())
                .map(f -> {
                    boolean on = random.nextInt(3) == 0;
                    byte[] config = view.configs().getOrDefault(f, new byte[64]);
                    int command = (config[4] & 0xfc) | (on ? 3 : 0);
                    return LabAction.script(
                            "decode:" + f + (on ? ":on" : ":off"), WindowScript.bytes(f, 4, command, config[5] & 0xff));
                });
    }

    private Optional<LabAction> unbind() {
        return pick(view.functions().stream()
                        .filter(f -> mayGo(f) && !view.driver(f).isEmpty())
                        .filter(f -> !isBridge(f) || isEmptyBridge(f) || random.nextInt(3) == 0)
                        .toList())
                .map(f -> LabAction.script(
                        "unbind:" + f, "echo " + f + " >/sys/bus/pci/drivers/" + view.driver(f) + "/unbind"));
    }
}
