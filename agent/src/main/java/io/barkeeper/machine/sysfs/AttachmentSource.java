package io.barkeeper.machine.sysfs;

import io.barkeeper.pci.Attachment;
import io.barkeeper.pci.PciAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Disks and network interfaces by the function that they hang on.
 *
 * <p>Most lie below the function's directory: virtio, SCSI and SATA disks, NVMe namespaces with one path. With NVMe
 * multipath the disk is a head of the subsystem, which lies nowhere near a PCI device; the controller has a hidden path
 * {@code nvme0c1n2} to the head {@code nvme0n2}.
 */
final class AttachmentSource {

    private static final Pattern NVME_PATH = Pattern.compile("nvme(\\d+)c\\d+n(\\d+)");
    private static final long SECTOR = 512;

    private final SysfsTree tree;
    private final Map<PciAddress, List<Attachment>> found = new HashMap<>();

    AttachmentSource(SysfsTree tree) {
        this.tree = tree;
    }

    Map<PciAddress, List<Attachment>> read() {
        Path block = tree.path("sys/block");
        for (String disk : tree.names(block)) {
            if (!NVME_PATH.matcher(disk).matches()) {
                owner(block.resolve(disk)).ifPresent(o -> add(o, disk(disk)));
            }
        }
        readNvmeHeads();
        Path net = tree.path("sys/class/net");
        for (String name : tree.names(net)) {
            String mac = tree.text(net.resolve(name).resolve("address")).orElse("");
            owner(net.resolve(name)).ifPresent(o -> add(o, new Attachment(Attachment.Kind.INTERFACE, name, mac)));
        }
        return found;
    }

    private void readNvmeHeads() {
        Path controllers = tree.path("sys/class/nvme");
        for (String controller : tree.names(controllers)) {
            Optional<PciAddress> owner = owner(controllers.resolve(controller));
            for (String name : tree.names(controllers.resolve(controller))) {
                Matcher path = NVME_PATH.matcher(name);
                if (owner.isPresent() && path.matches()) {
                    add(owner.get(), disk("nvme" + path.group(1) + "n" + path.group(2)));
                }
            }
        }
    }

    private Optional<PciAddress> owner(Path link) {
        return tree.target(link)
                .filter(target -> target.toString().contains("/pci"))
                .flatMap(target -> DevicePath.of(target).innermost());
    }

    private void add(PciAddress owner, Attachment attachment) {
        List<Attachment> list = found.computeIfAbsent(owner, o -> new ArrayList<>());
        if (!list.contains(attachment)) {
            list.add(attachment);
        }
    }

    private Attachment disk(String name) {
        Path at = tree.path("sys/block").resolve(name);
        String wwid = tree.text(at.resolve("wwid"))
                .or(() -> tree.text(at.resolve("device/wwid")))
                .or(() -> tree.text(at.resolve("serial")).filter(s -> !s.isEmpty()))
                .orElse("-");
        String bytes = tree.text(at.resolve("size"))
                .filter(s -> s.matches("\\d{1,15}"))
                .map(s -> Long.toString(Long.parseLong(s) * SECTOR))
                .orElse("-");
        return new Attachment(Attachment.Kind.DISK, name, wwid + " " + bytes);
    }
}
