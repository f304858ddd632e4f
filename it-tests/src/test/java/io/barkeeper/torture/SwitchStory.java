package io.barkeeper.torture;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.JournalReader;
import io.barkeeper.journal.Transcript;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.PciState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The switch scene ({@link io.barkeeper.lab.Machines#withSwitch}) as often as one likes in one guest: a device arrives that does
 * not fit, and leaves again. Where it was given room, its port keeps the room, so the next one is twice as large.
 */
public final class SwitchStory {
    /** Where it appears. */
    public static final String NEWCOMER = "0000:06:00.0";

    private static final long FIRST_BYTES = 256L << 20;
    /** What the machine's aperture still holds beside the others. */
    private static final long MOST_BYTES = 8L << 30;

    private static final String JOURNAL = "/host/var/lib/barkeeper/journal";
    private static final String SETTINGS = """
            cd /sys/bus/pci
            echo "autoprobe $(cat drivers_autoprobe)"
            echo "alignment $(cat resource_alignment)"
            for d in devices/*; do
              echo "$d override=$(cat $d/driver_override) power=$(cat $d/power/control) d3cold=$(cat $d/d3cold_allowed)"
            done
            ls /sys/bus/pci_express/drivers/pciehp | grep : | sed 's/^/pciehp /'
            """;

    /** Hundredths of a second of processor time in three seconds that are no work: timers, the collector. */
    private static final int IDLE_TICKS = 15;

    private static final String USED_TICKS = """
            ticks() { set -- $(sed 's/.*) //' /proc/$(cat /host/run/barkeeper-lab/daemon.pid)/stat); ticks=$((${12} + ${13})); }
            ticks; before=$ticks
            sleep 3
            ticks; echo $((ticks - before))
            """;

    /**
     * A machine that is about to be worked on.
     *
     * @param pci its functions
     * @param settings what a remove forgets, one line each
     */
    public record Start(PciState pci, List<String> settings) {}

    /**
     * A step of a transaction, from 1.
     *
     * @param at when it began, microseconds since 1970
     * @param micros how long it took
     */
    public record Step(int number, String effect, long at, long micros) {}

    private final Guest guest;
    private long bytes;

    private SwitchStory(Guest guest, long bytes) {
        this.guest = guest;
        this.bytes = bytes;
    }

    /** Patterns on both disks, and a daemon in automatic mode. */
    public static SwitchStory begin(Guest guest) {
        guest.writePattern("d0");
        guest.writePattern("d1");
        guest.agent().daemon("automatic");
        return new SwitchStory(guest, FIRST_BYTES);
    }

    /** The same machine after a boot. */
    SwitchStory rebooted(Guest again) {
        return new SwitchStory(again, bytes);
    }

    Guest guest() {
        return guest;
    }

    /** Whether a device still larger than the last one could be given room. */
    boolean hasRoom() {
        return bytes <= MOST_BYTES;
    }

    /** Plugs the newcomer in while the daemon is stopped, and looks when the kernel has done what it could. */
    public Start arrive() {
        guest.agent().signalDaemon("STOP");
        guest.plugTestDevice("new", "sw.3", Long.toString(bytes >> 20) + "M");
        guest.awaitAdded(NEWCOMER);
        return start();
    }

    public Start start() {
        return new Start(guest.pci(), settings());
    }

    /** Waits until the daemon has thought and done all that it had to: it uses no processor time for longer than it lets events settle. */
    public void awaitQuiet() {
        guest.await("the daemon has nothing to do", () -> {
            String used = guest.sh(USED_TICKS).trim();
            return Integer.parseInt(used) <= IDLE_TICKS
                    ? List.of()
                    : List.of("it worked for " + used + " ticks of 3 s");
        });
        guest.await("a closed journal", this::openTransactions);
    }

    /** A new daemon that knows nothing of the one before. */
    public void startAfresh() {
        guest.agent().signalDaemon("KILL");
        guest.await("the end of the daemon", guest.agent()::daemonRemains);
        guest.sh("rm -rf /host/var/lib/barkeeper/*");
        guest.agent().daemon("automatic");
        awaitQuiet();
    }

    /** Takes the newcomer out and lets the daemon see that; the next one is larger if this one was given room. */
    public void leave() {
        boolean placed = newcomerTroubles().isEmpty();
        guest.machine().qmp().unplug("new");
        awaitQuiet();
        bytes <<= placed ? 1 : 0;
    }

    public List<String> newcomerTroubles() {
        PciState now = guest.pci();
        return now.has(NEWCOMER) ? now.missing(now.at(NEWCOMER), 2, bytes) : List.of(NEWCOMER + " is not there");
    }

    /** What of the start does not work any more, or is set differently. */
    public List<String> troublesSince(Start start) {
        List<String> troubles = new ArrayList<>(lostSince(start));
        List<String> now = settings();
        start.settings().stream()
                .filter(line -> !now.contains(line))
                .forEach(line -> troubles.add("was '" + line + "', is "
                        + now.stream()
                                .filter(n -> n.startsWith(line.substring(0, line.indexOf(' '))))
                                .toList()));
        return troubles;
    }

    /** Devices of the start that do not work, and disks that do not hold what they held. */
    public List<String> lostSince(Start start) {
        List<String> troubles = new ArrayList<>(guest.pci().lostSince(start.pci()));
        troubles.addAll(guest.patternTrouble("d0"));
        troubles.addAll(guest.patternTrouble("d1"));
        return troubles;
    }

    /** Empty when the daemon is in this mode. */
    public List<String> modeTroubles(String mode) {
        String metrics = guest.agent().metrics();
        return metrics.contains("barkeeper_mode{mode=\"" + mode + "\"} 1")
                ? List.of()
                : metrics.lines().filter(l -> l.startsWith("barkeeper_mode{")).toList();
    }

    /** Transactions that nobody has closed. */
    public List<String> openTransactions() {
        return guest.sh("cd " + JOURNAL + " && for f in *.journal; do [ -e $f ] || continue;"
                        + " tail -n 1 $f | grep -q '\"type\":\"end\"' || echo $f is not closed; done")
                .lines()
                .toList();
    }

    /** The newest transaction. */
    public Optional<Transcript> lastTransaction() {
        String file =
                guest.sh("ls " + JOURNAL + "/*.journal 2>/dev/null | tail -n 1").trim();
        return file.isEmpty() ? Optional.empty() : Optional.of(read(file));
    }

    private Transcript read(String file) {
        try {
            Path folder = Files.createTempDirectory("barkeeper-torture");
            Path copy = folder.resolve(file.substring(file.lastIndexOf('/') + 1));
            try {
                Files.write(copy, guest.machine().shell().file(file));
                return JournalReader.read(copy);
            } finally {
                Files.deleteIfExists(copy);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new LabException("Cannot copy the journal", e);
        }
    }

    /** The last records of the journal as they are. */
    String journalText() {
        return guest.sh("ls -l " + JOURNAL + "; cat " + JOURNAL + "/*.journal | tail -n 60");
    }

    /** The steps of a transaction that nobody disturbs; the newcomer has left again when this returns. */
    public List<Step> undisturbed() {
        Start start = arrive();
        Ambush ambush = Ambush.lay(guest, Ambush.Blow.TELL, Integer.MAX_VALUE, 0);
        guest.agent().signalDaemon("CONT");
        ambush.struck();
        awaitQuiet();
        guest.await("all works", () -> troublesSince(start));
        guest.await("the newcomer works", this::newcomerTroubles);
        List<Step> steps = steps(lastTransaction().orElseThrow());
        leave();
        return steps;
    }

    /** The steps of a transaction that ran to its end. */
    private static List<Step> steps(Transcript transcript) {
        List<Step> steps = new ArrayList<>();
        for (Entry entry : transcript.entries()) {
            if (entry instanceof Entry.After after) {
                transcript.entries().stream()
                        .filter(e -> e instanceof Entry.Before before && before.number() == after.number())
                        .map(Entry.Before.class::cast)
                        .forEach(b -> steps.add(new Step(b.number(), b.effect(), b.at(), after.at() - b.at())));
            }
        }
        return steps;
    }

    private List<String> settings() {
        return guest.sh(SETTINGS).lines().toList();
    }
}
