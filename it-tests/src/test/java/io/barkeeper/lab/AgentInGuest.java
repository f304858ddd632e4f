package io.barkeeper.lab;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The agent of this checkout, run inside the guest. The host's root is the guest's {@code /host}, read-only; the guest's own
 * proc, sysfs and devices are mounted in it, and writable folders where the agent keeps its state.
 *
 * <p>A tmpfs over {@code /tmp}, {@code /run} and {@code /var/lib} would hide a checkout or a JDK that lies below them, so those
 * two are bound back to where they were.
 */
public final class AgentInGuest {
    private static final String LAB = "/run/barkeeper-lab";

    private final GuestShell shell;
    private boolean prepared;

    AgentInGuest(GuestShell shell) {
        this.shell = shell;
    }

    /**
     * Starts the daemon and waits for its socket.
     *
     * @param mode the first key of its configuration
     * @param configuration further lines of TOML
     */
    public void daemon(String mode, String... configuration) {
        prepare();
        String toml = "mode = \"" + mode + "\"\n" + String.join("\n", configuration) + "\n";
        shell.output("cat >/host" + LAB + "/barkeeper.toml <<'END'\n" + toml + "END\n" + "setsid chroot /host "
                + environment()
                + program("barkeeperd") + " --config " + LAB + "/barkeeper.toml --state-dir /var/lib/barkeeper"
                + " --runtime-dir /run/barkeeper >/host" + LAB + "/daemon.log 2>&1 </dev/null &\n"
                + "echo $! >/host" + LAB + "/daemon.pid");
        GuestShell.Result up = shell.run("""
                for i in $(seq 240); do
                  s=/host/run/barkeeper/control.sock
                  [ -S $s ] && [ $s -nt /host%1$s/daemon.pid ] && exit 0
                  kill -0 $(cat /host%1$s/daemon.pid) || exit 1
                  usleep 500000
                done
                exit 2
                """.formatted(LAB), Duration.ofMinutes(3));
        if (up.exit() != 0) {
            throw new AssertionError(
                    "barkeeperd " + (up.exit() == 1 ? "ended" : "opened no socket") + ":\n" + daemonLog());
        }
    }

    /** The process of the daemon that was started last. */
    public String daemonProcess() {
        return shell.output("cat /host" + LAB + "/daemon.pid").trim();
    }

    /** Sends the daemon a signal, {@code STOP} or {@code KILL}. */
    public void signalDaemon(String name) {
        shell.output("kill -" + name + " " + daemonProcess());
    }

    /** What of the daemon is still there: nothing, or one line. A process that only its parent has to look at is gone. */
    public List<String> daemonRemains() {
        String state = shell.run("sed -n 's/^State:\\t//p' /proc/" + daemonProcess() + "/status 2>/dev/null")
                .stdout()
                .trim();
        return state.isEmpty() || state.startsWith("Z") ? List.of() : List.of("the daemon is in state " + state);
    }

    /** Keeps the daemon's state on a disk of the guest from now on, on a file system that is made if there is none. */
    public void keepStateOn(String disk) {
        prepare();
        shell.output("modprobe ext4; set -e; d=/host/var/lib/barkeeper; mount -t ext4 " + disk + " $d 2>/dev/null ||"
                + " { chroot /host /sbin/mkfs.ext4 -q -F " + disk + "; mount -t ext4 " + disk + " $d; }");
    }

    /** Runs the CLI. */
    public GuestShell.Result cli(String... arguments) {
        prepare();
        String words = Arrays.stream(arguments)
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        return shell.run("chroot /host " + environment() + program("barkeeper") + " " + words + " </dev/null");
    }

    /** Runs the CLI with {@code --json} and parses its answer; the exit code is the verb's affair. */
    public JsonObject json(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "--json";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        GuestShell.Result result = cli(all);
        try {
            return JsonParser.parseString(result.stdout()).getAsJsonObject();
        } catch (com.google.gson.JsonParseException | IllegalStateException e) {
            throw new AssertionError(
                    "barkeeper " + String.join(" ", all) + " printed no JSON object (exit " + result.exit() + "):\n"
                            + result.stdout() + result.stderr(),
                    e);
        }
    }

    /** What the daemon printed so far; empty when there is none. */
    public String daemonLog() {
        return shell.run("cat /host" + LAB + "/daemon.log 2>/dev/null", Duration.ofSeconds(20))
                .stdout();
    }

    /** The daemon's metrics page. */
    public String metrics() {
        return shell.output("wget -q -O - http://127.0.0.1:9826/metrics");
    }

    private void prepare() {
        if (prepared) {
            return;
        }
        Path daemon = Checkout.root().resolve("agent/target/barkeeper/bin/barkeeperd");
        if (!Files.isExecutable(daemon)) {
            throw new LabException(daemon + " is not built; run scripts/build, or './mvnw -pl agent -am package'");
        }
        shell.output("""
                set -e
                mkdir -p /raw
                mount --bind /host /raw
                for folder in tmp run var/lib; do mount -t tmpfs tmpfs /host/$folder; done
                mount -t proc proc /host/proc
                mount -t sysfs sysfs /host/sys
                mount -t securityfs securityfs /host/sys/kernel/security 2>/dev/null || true
                mount --bind /dev /host/dev
                for kept in '%s' '%s'; do
                  if [ ! -e "/host$kept" ]; then
                    mkdir -p "/host$kept"
                    mount --bind "/raw$kept" "/host$kept"
                  fi
                done
                mkdir -p /host%s /host/var/lib/barkeeper /host/run/barkeeper
                """.formatted(Checkout.root(), javaHome(), LAB));
        prepared = true;
    }

    private static String environment() {
        return "/usr/bin/env -i HOME=/tmp LC_ALL=C.UTF-8 JAVA_HOME='" + javaHome() + "' PATH='" + javaHome()
                + "/bin:/usr/sbin:/usr/bin:/sbin:/bin' ";
    }

    private static String program(String name) {
        return "'" + Checkout.root().resolve("agent/target/barkeeper/bin").resolve(name) + "'";
    }

    private static Path javaHome() {
        return Path.of(System.getProperty("java.home", "/usr/lib/jvm/default-java"));
    }
}
