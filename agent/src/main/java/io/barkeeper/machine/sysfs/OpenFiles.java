package io.barkeeper.machine.sysfs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which processes have which device nodes open, from {@code /proc/PID/fd}.
 *
 * <p>A link is followed only where its text names a node below {@code /dev}: following one into a network file system
 * could hang. A node that somebody made elsewhere is missed here; a mount, swap or exclusive open of it is not, since
 * those are asked of the kernel.
 *
 * @param users the processes, {@code NAME (PID)}, by device number
 * @param unreadable how many processes did not show their files
 */
record OpenFiles(Map<DeviceNode.Id, List<String>> users, int unreadable) {

    private static final int TYPE = 0170000;
    private static final int BLOCK = 0060000;
    private static final int CHARACTER = 0020000;

    /** Looks at every process but this one. */
    static OpenFiles read(Path proc) {
        String self = Long.toString(ProcessHandle.current().pid());
        Map<DeviceNode.Id, List<String>> users = new HashMap<>();
        int unreadable = 0;
        for (Path process : SysfsPaths.entries(proc)) {
            String pid = SysfsPaths.name(process);
            if (pid.matches("[0-9]+") && !pid.equals(self) && !read(process, users)) {
                unreadable++;
            }
        }
        return new OpenFiles(users, unreadable);
    }

    private static boolean read(Path process, Map<DeviceNode.Id, List<String>> users) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                look(process, file, users);
            }
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException | DirectoryIteratorException e) {
            return !Files.exists(process);
        }
    }

    private static void look(Path process, Path file, Map<DeviceNode.Id, List<String>> users) throws IOException {
        try {
            if (!Files.readSymbolicLink(file).toString().startsWith("/dev/")) {
                return;
            }
            Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,rdev");
            int type = attributes.get("mode") instanceof Integer mode ? mode & TYPE : 0;
            if ((type == BLOCK || type == CHARACTER) && attributes.get("rdev") instanceof Long rdev) {
                String who =
                        SysfsPaths.text(process.resolve("comm")).orElse("?") + " (" + SysfsPaths.name(process) + ")";
                List<String> known =
                        users.computeIfAbsent(DeviceNode.Id.ofRdev(type == BLOCK, rdev), k -> new ArrayList<>());
                if (!known.contains(who)) {
                    known.add(who);
                }
            }
        } catch (NoSuchFileException e) {
            return; // closed in the meantime
        }
    }

    List<String> of(DeviceNode.Id number) {
        return users.getOrDefault(number, List.of());
    }
}
