package io.barkeeper.journal;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Damages the journal of a transaction at random and reads it. Whatever is read must be a record that was written, for a
 * record that nobody wrote could send a recovery anywhere; and nothing but damage may be reported.
 */
public final class JournalFuzz {

    /** Breaches, each with its seed. */
    public final List<String> failures = new ArrayList<>();

    private final Path folder;
    private final Path file;
    private final byte[] whole;
    private final List<Entry> written;

    /** @param folder empty */
    public JournalFuzz(Path folder) throws IOException {
        this.folder = folder;
        this.written = entries();
        Journal journal = Journal.open(folder);
        try (TransactionLog log = journal.begin((Entry.Intent) written.get(0))) {
            for (Entry entry : written.subList(1, written.size())) {
                log.append(entry);
            }
        }
        this.file = folder.resolve("00000001" + Journal.SUFFIX);
        this.whole = Files.readAllBytes(file);
    }

    private static List<Entry> entries() {
        PciAddress address = PciAddress.parse("0000:03:00.0");
        PriorFunction disk = new PriorFunction(
                address,
                "0000:00:01.0/00.0",
                "8086:0953",
                "",
                true,
                false,
                "nvme",
                6,
                0,
                Optional.empty(),
                false,
                List.of(new PriorFunction.Row(
                        0, "MEM64", 0x4000, Optional.of(new AddressRange(0xfe000000L, 0xfe003fffL)), false)),
                List.of());
        return List.of(
                new Entry.Intent(
                        "00000001",
                        "plan",
                        "boot",
                        "6.12",
                        1,
                        List.of("0000:06:00.0"),
                        List.of("0000:07:00.0"),
                        List.of("remove:0000:03:00.0", "rescan"),
                        List.of(List.of("rescan"), List.of("remove:0000:04:00.0", "rescan"))),
                new Entry.PreImage(List.of(disk), Map.of("resource_alignment", "")),
                new Entry.Before(1, "remove:0000:03:00.0", "releasing", 2),
                new Entry.After(1, "done", "", 3),
                new Entry.Note("a note", 4),
                new Entry.End("done", "all works", 5));
    }

    /** One damaged file. */
    public void play(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = whole;
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes = damage(bytes, random);
        }
        Files.write(file, bytes);
        try {
            Transcript transcript = JournalReader.read(file);
            for (Entry entry : transcript.entries()) {
                if (!written.contains(entry)) {
                    failures.add("journal seed " + seed + ": read what was never written: " + entry);
                }
            }
            JournalReader.list(folder);
            JournalReader.find(folder, "1");
            Journal.open(folder).unfinished();
            Journal.open(folder).nextId();
        } catch (RuntimeException | StackOverflowError e) {
            failures.add("journal seed " + seed + ": " + e);
        }
    }

    private static byte[] damage(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(1 + random.nextInt(bytes.length)));
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, from);
            case 1 -> concat(Arrays.copyOf(bytes, from), Arrays.copyOfRange(bytes, to, bytes.length));
            case 2 -> concat(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, from, bytes.length));
            case 3 -> flip(bytes, from, random);
            case 4 -> {
                byte[] noise = new byte[1 + random.nextInt(64)];
                random.nextBytes(noise);
                yield concat(concat(Arrays.copyOf(bytes, from), noise), Arrays.copyOfRange(bytes, from, bytes.length));
            }
            default -> {
                byte[] zeros = bytes.clone();
                Arrays.fill(zeros, from, to, (byte) 0);
                yield zeros;
            }
        };
    }

    private static byte[] flip(byte[] bytes, int at, Random random) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
