package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.ConfigSpace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The registers of one function as {@code lspci -x}, {@code -xxx} or {@code -xxxx} dumps them: 16 bytes a line. */
final class LspciDump {

    private static final int PER_LINE = 16;

    private final LspciFunction function;
    private byte[] bytes = new byte[0];
    private @Nullable PasteLine last;

    LspciDump(LspciFunction function) {
        this.function = function;
    }

    void accept(PasteLine line) throws PasteException {
        String[] halves = line.text().split(":", 2);
        int offset = Integer.parseInt(halves[0], 16);
        String[] words = halves[1].strip().split(" ", -1);
        if (offset != bytes.length || words.length != PER_LINE) {
            throw truncated(line);
        }
        byte[] longer = new byte[offset + PER_LINE];
        System.arraycopy(bytes, 0, longer, 0, offset);
        for (int i = 0; i < PER_LINE; i++) {
            longer[offset + i] = (byte) Integer.parseInt(words[i], 16);
        }
        bytes = longer;
        last = line;
    }

    private PasteException truncated(PasteLine line) {
        return new PasteException(
                "BK-PASTE-TRUNCATED",
                String.format(
                        "%s: the dump of %s breaks off after %d bytes; lspci prints 64, 256 or 4096 in lines of 16",
                        line.place(), function.address, bytes.length),
                "paste the whole dump again, or leave all of its lines out");
    }

    void finish() throws PasteException {
        PasteLine end = last;
        if (end == null) {
            return;
        }
        ConfigSpace config = ConfigSpace.of(bytes).orElse(null);
        if (config == null) {
            throw truncated(end);
        }
        if (!config.answers()) {
            function.silent = true;
            return;
        }
        function.dump = Optional.of(config);
    }
}
