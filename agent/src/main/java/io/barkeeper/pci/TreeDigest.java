package io.barkeeper.pci;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A short name for the state of a machine, by which a plan knows whether the machine is still the one that it was made
 * for. It covers what placement and quiescing depend on: functions with their identity and order, resources with
 * addresses, sizes and registers, drivers, bus numbers, apertures. It leaves out what changes by itself: enable counts,
 * the command register, suspension, names of disks.
 */
public final class TreeDigest {

    private TreeDigest() {}

    /** 16 hex digits. */
    public static String of(Topology topology) {
        StringBuilder text = new StringBuilder();
        text.append(topology.kernel().release())
                .append(' ')
                .append(topology.kernel().bootId())
                .append('\n')
                .append(topology.hostBridges())
                .append('\n')
                .append(topology.resourceAlignment())
                .append('\n');
        append(topology.functions(), text);
        text.append("detached\n");
        append(topology.detached(), text);
        return digest(text.toString());
    }

    private static void append(List<PciFunction> functions, StringBuilder text) {
        for (PciFunction function : functions) {
            text.append(function.address())
                    .append(' ')
                    .append(function.parent().map(PciAddress::toString).orElse("-"))
                    .append(' ')
                    .append(function.ids())
                    .append(' ')
                    .append(function.ids().serial())
                    .append(' ')
                    .append(function.driver().orElse("-"))
                    .append(' ')
                    .append(function.bridge())
                    .append(' ')
                    .append(function.sriov())
                    .append('\n');
            for (Resource resource : function.resources()) {
                text.append(resource.index())
                        .append(' ')
                        .append(resource.kind())
                        .append(' ')
                        .append(Long.toHexString(resource.flags()))
                        .append(' ')
                        .append(resource.size())
                        .append(' ')
                        .append(resource.range())
                        .append(' ')
                        .append(oddHardware(resource))
                        .append('\n');
            }
        }
    }

    /** Only registers that hold something else than the kernel believes: a sleeping function's cannot be read. */
    private static String oddHardware(Resource resource) {
        Decoded believed = resource.range().map(Decoded::at).orElseGet(Decoded::closed);
        boolean same = resource.hardware() instanceof Decoded.Unread
                || resource.hardware().equals(believed);
        return same ? "-" : resource.hardware().toString();
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform is required to have SHA-256.
            throw new IllegalStateException(e);
        }
    }
}
