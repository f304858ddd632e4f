package io.barkeeper.machine.sysfs;

import io.barkeeper.nativeshim.Errno;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.OpenAttribute;
import io.barkeeper.pci.ConfigSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;

/**
 * Reads of a function's configuration space what somebody decodes: the first 256 bytes, the list of extended capabilities
 * (PCIe 6.0, 7.6.3), and the bodies of some. Each register is a transaction on the bus of its own, and an exit from the
 * guest where a hypervisor answers it; all 4096 bytes of one function were seen to take 50 ms.
 */
final class ConfigReader {

    /** Bytes of each capability that topologies are made of, its header included; at most six resizable BARs. */
    static final Map<Integer, Integer> TOPOLOGY =
            Map.of(ConfigSpace.EXT_CAP_SERIAL, 0x0c, ConfigSpace.EXT_CAP_SRIOV, 0x40, ConfigSpace.EXT_CAP_REBAR, 0x34);

    /** Bytes of the Downstream Port Containment capability up to its status. */
    static final Map<Integer, Integer> CONTAINMENT = Map.of(ConfigSpace.EXT_CAP_DPC, 0x0c);

    private static final int CONVENTIONAL = ConfigSpace.Visibility.CONVENTIONAL.length();
    private static final int EXTENDED = ConfigSpace.Visibility.EXTENDED.length();
    private static final int HEADER = 4;

    private final OpenAttribute file;
    private final Map<Integer, Integer> wanted;
    private final ByteBuffer space = ByteBuffer.allocate(EXTENDED).order(ByteOrder.LITTLE_ENDIAN);

    private ConfigReader(OpenAttribute file, Map<Integer, Integer> wanted) {
        this.file = file;
        this.wanted = wanted;
    }

    /**
     * Reads a file {@code config} of the running machine.
     *
     * @param wanted lengths in bytes by the id of an extended capability
     * @return as many bytes as the kernel shows; extended registers that nobody wants are 0
     */
    static byte[] read(Path config, Map<Integer, Integer> wanted) throws ErrnoException {
        try (OpenAttribute file = OpenAttribute.of(config)) {
            byte[] first = file.pread(0, CONVENTIONAL);
            if (first.length < CONVENTIONAL || size(config) <= CONVENTIONAL) {
                return first;
            }
            ConfigReader reader = new ConfigReader(file, wanted);
            reader.space.put(0, first);
            reader.readExtended();
            return reader.space.array();
        }
    }

    private static long size(Path config) throws ErrnoException {
        try {
            return Files.size(config);
        } catch (IOException e) {
            throw new ErrnoException(Errno.ENOENT, "stat", config.toString());
        }
    }

    /** Follows the list as {@link ConfigSpace#extendedCapability} will; one that is a circle ends where it closes. */
    private void readExtended() throws ErrnoException {
        BitSet seen = new BitSet(EXTENDED);
        int at = CONVENTIONAL;
        while (at >= CONVENTIONAL && !seen.get(at)) {
            seen.set(at);
            fetch(at, HEADER);
            int header = space.getInt(at);
            if (header == 0 || header == -1) {
                return;
            }
            fetch(at + HEADER, wanted.getOrDefault(header & 0xffff, HEADER) - HEADER);
            at = (header >>> 20) & ~3;
        }
    }

    private void fetch(int at, int length) throws ErrnoException {
        int most = Math.min(length, EXTENDED - at);
        if (most > 0) {
            space.put(at, file.pread(at, most));
        }
    }
}
