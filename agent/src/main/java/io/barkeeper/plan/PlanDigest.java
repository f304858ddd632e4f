package io.barkeeper.plan;

import io.barkeeper.kernel.Action;
import io.barkeeper.pci.HostBridge;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What of a machine a plan depends on, as text: who is where with which resources, registers, bus numbers and drivers.
 * What comes and goes by itself is left out: runtime power states, enable counts, names of disks and interfaces.
 */
final class PlanDigest {

    private static final int DIGITS = 12;

    private PlanDigest() {}

    /** The first 12 hex digits of a SHA-256 over the machine and the actions. */
    static String id(Topology start, List<Action> actions) {
        List<String> lines = new ArrayList<>(lines(start).values());
        actions.forEach(a -> lines.add(a.toString()));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** One line for the kernel, for each host bridge and for each function, under the name that people know it by. */
    static SortedMap<String, String> lines(Topology topology) {
        SortedMap<String, String> lines = new TreeMap<>();
        lines.put(
                "the kernel",
                "kernel " + topology.kernel().release() + " boot "
                        + topology.kernel().bootId() + " alignment " + topology.resourceAlignment());
        for (HostBridge host : topology.hostBridges()) {
            lines.put("host bridge " + host.name(), host.toString());
        }
        for (PciFunction function : topology.functions()) {
            lines.put(function.address().toString(), line(function));
        }
        return lines;
    }

    private static String line(PciFunction function) {
        StringBuilder line = new StringBuilder();
        line.append(function.address())
                .append(" below ")
                .append(function.parent())
                .append(' ')
                .append(function.ids())
                .append(' ')
                .append(function.ids().serial())
                .append(' ')
                .append(function.driver().orElse("-"))
                .append(' ')
                .append(function.bridge()
                        .map(b -> b.secondary() + "-" + b.subordinate())
                        .orElse("-"))
                .append(' ')
                .append(function.sriov().map(s -> "vfs " + s.numVfs()).orElse("-"));
        for (Resource resource : function.resources()) {
            line.append(String.format(
                    " %d:%x:%s:%s:%s",
                    resource.index(), resource.flags(), resource.size(), resource.range(), resource.hardware()));
        }
        return line.toString();
    }
}
