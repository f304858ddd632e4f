package io.barkeeper.torture;

import io.barkeeper.lab.Guest;
import java.util.List;

/**
 * Waits inside the guest until the journal says that a step begins, and strikes then or a little later. It polls every 4 ms
 * with real-time priority and starts no process to do so; hence a strike with no delay comes before the step's write, or
 * while it is under way.
 */
public final class Ambush {
    /** What is done, in the guest's shell. */
    public record Blow(String command) {
        /** The daemon is killed. */
        public static final Blow KILL = new Blow("kill -9 $daemon");

        /** The guest is reset at once; nothing is written back. */
        public static final Blow POWER_CUT = new Blow("echo b >/proc/sysrq-trigger");

        /** {@link #told} returns. */
        public static final Blow TELL = new Blow("echo '@READY struck' >/dev/ttyS0");

        /**
         * The slot of one of the switch's ports loses power, which takes the device out without asking anybody. Written: Slot
         * Control, offset 18h of the PCI Express capability, which QEMU's ports have at 90h; the interrupts stay on.
         */
        public static Blow slotPowerOff(String port) {
            return new Blow("printf '\\371\\027' | dd of=/sys/bus/pci/devices/" + port
                    + "/config bs=2 seek=84 conv=notrunc 2>/dev/null");
        }

        /** The slot of this device ejects it, through ACPI. */
        public static Blow eject(String device) {
            String slot = device.substring(0, device.indexOf('.'));
            return new Blow("echo 0 >$(dirname $(grep -lx " + slot + " /sys/bus/pci/slots/*/address))/power");
        }
    }

    private static final String RESULT = "/tmp/ambush";
    private static final String SCRIPT = """
            #!/bin/sh
            daemon=$1 number=$2 delay=$3
            journal=/host/var/lib/barkeeper/journal
            mkfifo /tmp/never 2>/dev/null
            exec 4<>/tmp/never
            newest() { set -- "$journal"/*.journal; for file; do :; done; }
            newest; old=$file
            echo waiting >%1$s
            while :; do
              newest
              [ "$file" != "$old" ] && [ -e "$file" ] && break
              read -t 0.01 _ <&4
            done
            exec 3<"$file"
            part=""
            while :; do
              if IFS= read -r line <&3; then
                line=$part$line part=""
                case $line in
                  *'"type":"before"'*'"number":'$number,*) break ;;
                  *'"type":"end"'*) echo over >%1$s; echo '@READY over' >/dev/ttyS0; exit 0 ;;
                esac
              else
                part=$part$line
                read -t 0.004 _ <&4
              fi
            done
            [ "$delay" = 0 ] || read -t "$delay" _ <&4
            %2$s
            echo struck >%1$s
            """;

    private final Guest guest;

    private Ambush(Guest guest) {
        this.guest = guest;
    }

    /**
     * Lies in wait for the next transaction.
     *
     * @param number of the step, from 1; one that is never reached only waits for the end of the transaction
     * @param delayMicros from the step's record to the blow
     */
    public static Ambush lay(Guest guest, Blow blow, int number, long delayMicros) {
        String delay = delayMicros == 0 ? "0" : "%d.%06d".formatted(delayMicros / 1_000_000, delayMicros % 1_000_000);
        guest.sh("rm -f " + RESULT + "\ncat >/tmp/ambush.sh <<'END'\n" + SCRIPT.formatted(RESULT, blow.command())
                + "END\nsetsid sh /tmp/ambush.sh " + guest.agent().daemonProcess() + " " + number + " " + delay
                + " >/tmp/ambush.log 2>&1 </dev/null &\nchroot /host /usr/bin/chrt -f -p 50 $!");
        Ambush laid = new Ambush(guest);
        guest.await("the ambush", () -> laid.said().isEmpty() ? List.of("not laid yet") : List.of());
        return laid;
    }

    /** Waits for the blow. Only for one after which the guest lives on. */
    public boolean struck() {
        guest.await("the blow or the end", () -> said().equals("waiting") ? List.of("waiting") : List.of());
        return said().equals("struck");
    }

    /** Waits until the guest says so ({@link Blow#TELL}) or is up again after the blow, or the transaction has ended without it. */
    public boolean told() {
        guest.machine().shell().awaitReady();
        return !said().equals("over");
    }

    private String said() {
        return guest.sh("cat " + RESULT + " 2>/dev/null || true").trim();
    }
}
