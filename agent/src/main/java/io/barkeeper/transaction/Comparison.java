package io.barkeeper.transaction;

import io.barkeeper.diagnosis.Reachability;
import io.barkeeper.journal.PriorFunction;
import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.Bridge;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Reality against what was expected of it. Each comparison gives sentences for an operator; an empty list means that all
 * is as it should be. A register that was not read on either side is not compared, nor is what comes and goes by itself
 * (enable counts, runtime power states, Bus Master).
 */
final class Comparison {

    private Comparison() {}

    /** Whether this is still the machine that a plan was made for. */
    static List<String> samePlan(Topology planned, Topology now) {
        List<String> differences = new ArrayList<>();
        if (!planned.kernel().bootId().equals(now.kernel().bootId())) {
            differences.add("the machine was rebooted");
            return differences;
        }
        differences.addAll(step(planned, now));
        for (PciFunction was : planned.functions()) {
            now.find(was.address()).ifPresent(is -> {
                if (!was.driver().equals(is.driver())) {
                    differences.add(was.address() + " has driver " + is.driver().orElse("none") + ", not "
                            + was.driver().orElse("none"));
                }
                if (!was.sriov().equals(is.sriov())) {
                    differences.add(was.address() + " has another number of VFs");
                }
                if (pciehp(was) != pciehp(is)) {
                    differences.add(was.address() + (pciehp(is) ? " has got" : " has lost") + " its pciehp service");
                }
            });
        }
        if (!planned.resourceAlignment().equals(now.resourceAlignment())) {
            differences.add("resource_alignment is '" + now.resourceAlignment() + "', not '"
                    + planned.resourceAlignment() + "'");
        }
        return differences;
    }

    /**
     * What a step must not have changed: which functions there are, their bus numbers, what the kernel believes of
     * every resource and what its registers hold.
     */
    static List<String> step(Topology expected, Topology now) {
        List<String> differences = new ArrayList<>();
        for (PciFunction was : expected.functions()) {
            Optional<PciFunction> is = now.find(was.address());
            if (is.isEmpty()) {
                differences.add(was.address() + " has gone");
            } else {
                differences.addAll(sameFunction(was, is.get()));
            }
        }
        for (PciFunction is : now.functions()) {
            if (expected.find(is.address()).isEmpty()) {
                differences.add(is.address() + " (" + is.ids() + ") has appeared");
            }
        }
        return differences;
    }

    private static List<String> sameFunction(PciFunction was, PciFunction is) {
        List<String> differences = new ArrayList<>();
        sameIds(was.address(), was.ids().toString(), was.ids().serial(), is).ifPresent(differences::add);
        sameBuses(was.address(), was.bridge().map(PriorFunction.Buses::of), is).ifPresent(differences::add);
        for (Resource before : was.resources()) {
            Optional<Resource> after = is.resource(before.index());
            if (!before.range().equals(after.flatMap(Resource::range))) {
                differences.add(moved(was.address(), before, after));
            } else if (registersDiffer(before, after)) {
                differences.add(was.address() + " " + before.name() + " holds other values in its registers");
            }
        }
        return differences;
    }

    private static boolean registersDiffer(Resource before, Optional<Resource> after) {
        return after.isPresent()
                && !(before.hardware() instanceof Decoded.Unread)
                && !(after.get().hardware() instanceof Decoded.Unread)
                && !before.hardware().equals(after.get().hardware());
    }

    private static String moved(PciAddress address, Resource before, Optional<Resource> after) {
        return address + " " + before.name() + " is " + place(after) + ", not " + place(Optional.of(before));
    }

    private static String place(Optional<Resource> resource) {
        return resource.flatMap(Resource::range).map(r -> "at " + r).orElse("without an address");
    }

    private static Optional<String> sameIds(PciAddress address, String ids, String serial, PciFunction is) {
        boolean otherSerial = !serial.isEmpty()
                && !is.ids().serial().isEmpty()
                && !serial.equals(is.ids().serial());
        return ids.equals(is.ids().toString()) && !otherSerial
                ? Optional.empty()
                : Optional.of(address + " is another device: " + is.ids() + " "
                        + is.ids().serial() + ", not " + ids + " " + serial);
    }

    private static Optional<String> sameBuses(PciAddress address, Optional<PriorFunction.Buses> buses, PciFunction is) {
        Optional<PriorFunction.Buses> now = is.bridge().map(PriorFunction.Buses::of);
        return buses.equals(now)
                ? Optional.empty()
                : Optional.of(address + " has bus numbers " + text(now) + ", not " + text(buses));
    }

    private static String text(Optional<PriorFunction.Buses> buses) {
        return buses.map(b -> String.format("%02x-%02x", b.secondary(), b.subordinate()))
                .orElse("none");
    }

    /** What does not work after a round, measured by what worked before and by what the model promised. */
    static List<String> afterRound(Prior prior, Topology predicted, Topology now) {
        List<String> broken = new ArrayList<>(devices(prior, now));
        for (PriorFunction was : prior.functions()) {
            if (!was.virtual() && prior.newcomers().contains(was.address())) {
                now.find(was.address())
                        .ifPresentOrElse(
                                is -> sameIds(was.address(), was.ids(), was.serial(), is)
                                        .ifPresent(broken::add),
                                () -> broken.add(was.address() + " is missing"));
            }
        }
        for (PciFunction promised : predicted.functions()) {
            Optional<PciFunction> is = now.find(promised.address());
            if (is.isEmpty()) {
                if (!promised.isVirtualFunction()) {
                    broken.add(promised.address() + " is missing");
                }
                continue;
            }
            sameBuses(promised.address(), promised.bridge().map(PriorFunction.Buses::of), is.get())
                    .ifPresent(broken::add);
            for (Resource row : promised.resources()) {
                if (row.isStandardBar() && row.isAssigned() && !promised.isVirtualFunction()) {
                    bar(
                                    now,
                                    is.get(),
                                    row.index(),
                                    row.size().orElse(-1),
                                    () -> Reachability.obstacle(predicted, promised, row)
                                                    .isPresent()
                                            || prior.wasBlocked(promised.address(), row.index()))
                            .ifPresent(broken::add);
                }
            }
        }
        broken.addAll(bystanders(prior, now));
        return broken.stream().distinct().toList();
    }

    /** What does not work after the way back. */
    static List<String> afterBack(Prior prior, Topology now) {
        List<String> broken = new ArrayList<>(devices(prior, now));
        for (PriorFunction was : prior.functions()) {
            Optional<PciFunction> is = now.find(was.address());
            if (!prior.owes(was) || is.isEmpty()) {
                continue;
            }
            for (PriorFunction.Row row : was.rows()) {
                if (row.index() < Resource.ROM && row.range().isPresent()) {
                    bar(now, is.get(), row.index(), row.size(), row::blocked).ifPresent(broken::add);
                }
            }
        }
        broken.addAll(bystanders(prior, now));
        return broken.stream().distinct().toList();
    }

    /** Released functions that came back with another BAR size: no layout gives them what they had. */
    static Set<PciAddress> resized(Prior prior, Topology now) {
        Set<PciAddress> resized = new HashSet<>();
        for (PriorFunction was : prior.released()) {
            Optional<PciFunction> is = now.find(was.address());
            for (PriorFunction.Row row :
                    is.isPresent() && prior.owes(was) ? was.rows() : List.<PriorFunction.Row>of()) {
                OptionalLong size =
                        is.get().resource(row.index()).map(Resource::size).orElse(OptionalLong.empty());
                if (row.index() < Resource.ROM
                        && row.size() > 0
                        && size.isPresent()
                        && size.getAsLong() != row.size()) {
                    resized.add(was.address());
                }
            }
        }
        return resized;
    }

    /** The functions of which something that worked does not, besides the one that has changed itself. */
    static Set<PciAddress> harmed(Prior prior, Topology now) {
        Set<PciAddress> harmed = new HashSet<>();
        for (PriorFunction was : prior.functions()) {
            if (prior.owes(was) && !sound(prior, was, now)) {
                harmed.add(was.address());
            }
        }
        return harmed;
    }

    private static boolean sound(Prior prior, PriorFunction was, Topology now) {
        Prior alone = new Prior(List.of(was), prior.newcomers(), prior.align());
        return afterBack(alone, now).isEmpty();
    }

    /** Identity, bus numbers, driver, disks and interfaces, hot-plug service of all that worked. */
    private static List<String> devices(Prior prior, Topology now) {
        List<String> broken = new ArrayList<>();
        for (PriorFunction was : prior.functions()) {
            if (!prior.owes(was)) {
                continue;
            }
            Optional<PciFunction> is = now.find(was.address());
            if (is.isEmpty()) {
                broken.add(was.address() + " (" + was.ids() + ") is missing");
                continue;
            }
            sameIds(was.address(), was.ids(), was.serial(), is.get()).ifPresent(broken::add);
            sameBuses(was.address(), was.buses(), is.get()).ifPresent(broken::add);
            if (!was.driver().isEmpty()
                    && !was.driver().equals(is.get().driver().orElse(""))) {
                broken.add(was.address() + " is without its driver " + was.driver());
            }
            if (was.pciehp() && !pciehp(is.get())) {
                broken.add(was.address() + " is without its pciehp service");
            }
            if (was.released()) {
                broken.addAll(attachments(was, is.get()));
            }
        }
        return broken;
    }

    private static List<String> attachments(PriorFunction was, PciFunction is) {
        List<String> there = is.attachments().stream().map(Attachment::identity).collect(Collectors.toList());
        List<String> broken = new ArrayList<>();
        for (Attachment attachment : was.attachments()) {
            if (!there.remove(attachment.identity())) {
                broken.add(was.address() + " is without its "
                        + (attachment.kind() == Attachment.Kind.DISK ? "disk " : "interface ") + attachment.name()
                        + " (" + attachment.identity() + ")");
            }
        }
        return broken;
    }

    /** A resource of a function that was not taken out must not have moved: its driver has the old address. */
    private static List<String> bystanders(Prior prior, Topology now) {
        List<String> broken = new ArrayList<>();
        for (PriorFunction was : prior.functions()) {
            Optional<PciFunction> is = now.find(was.address());
            if (was.released() || is.isEmpty() || is.get().isBridge() || !prior.owes(was)) {
                continue;
            }
            for (PriorFunction.Row row : was.rows()) {
                Optional<Resource> after = is.get().resource(row.index());
                if (row.range().isPresent() && !row.range().equals(after.flatMap(Resource::range))) {
                    broken.add(was.address() + " was not taken out, and row " + row.index() + " is " + place(after)
                            + ", not at " + row.range().get());
                }
            }
        }
        return broken;
    }

    /** @param blocked accesses did not reach this row before either, or were not promised to: it need only have its address */
    private static Optional<String> bar(Topology now, PciFunction is, int index, long size, BooleanSupplier blocked) {
        Optional<Resource> row = is.resource(index);
        if (row.isEmpty() || !row.get().isAssigned()) {
            return Optional.of(is.address() + " BAR " + index + " has no address");
        }
        if (size != -1 && row.get().size().isPresent() && row.get().size().getAsLong() != size) {
            return Optional.of(String.format(
                    "%s BAR %d has 0x%x bytes, not 0x%x",
                    is.address(), index, row.get().size().getAsLong(), size));
        }
        return Reachability.obstacle(now, is, row.get()).filter(o -> !blocked.getAsBoolean());
    }

    /** Where reality went another way than the model said, whether or not it works: the model has missed. */
    static List<String> surprises(Topology predicted, Topology now) {
        return step(predicted, now);
    }

    static boolean pciehp(PciFunction function) {
        return function.bridge().map(Bridge::pciehp).orElse(false);
    }
}
