package io.barkeeper.lab;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * A root shell in the guest. Commands and answers travel as single lines over a serial port on which the kernel prints
 * nothing; {@code init.sh} has the other half. One command at a time.
 */
public final class GuestShell implements Closeable {
    /**
     * What a command left.
     *
     * @param exit its exit status
     * @param stdout its standard output
     * @param stderr its standard error
     */
    public record Result(int exit, String stdout, String stderr) {
        /** Standard output of a command that must succeed. */
        public String orThrow() {
            if (exit != 0) {
                throw new LabException("Exit " + exit + " in the guest\n" + stdout + stderr);
            }
            return stdout;
        }
    }

    /**
     * Once a guest's answer stayed in the emulated serial port while the shell went on to answer all that came later. So a
     * shell that is silent for so long gets an empty line, which moves what is queued and is answered to nobody.
     */
    private static final Duration STALLED = Duration.ofSeconds(15);

    private final LineChannel channel;
    private int sent;

    GuestShell(LineChannel channel) {
        this.channel = channel;
        awaitReady();
    }

    /** Waits until a shell comes up in the guest, after a reboot too. */
    public void awaitReady() {
        while (!channel.next(Patience.LIMIT, "guest's shell").startsWith("@READY ")) {
            // Firmware writes to the first serial port too.
        }
    }

    /** Runs a script in busybox's shell; a script that outlasts {@link Patience} is a failure of the lab. */
    public Result run(String script) {
        return run(script, Patience.LIMIT);
    }

    /** Runs a script that may take long. */
    public Result run(String script, Duration deadline) {
        String id = Integer.toString(++sent);
        byte[] bytes = (script + "\n").getBytes(StandardCharsets.UTF_8);
        channel.send(id + " " + Base64.getEncoder().encodeToString(bytes));
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
            Optional<String> line = channel.poll(left.compareTo(STALLED) < 0 ? left : STALLED, script);
            if (line.isEmpty()) {
                if (System.nanoTime() >= end) {
                    throw new LabException(
                            "No answer of the guest's shell within " + deadline.toSeconds() + " s: " + script);
                }
                channel.send("");
                continue;
            }
            String[] answer = line.get().split(" ");
            if (answer.length == 4 && answer[0].equals("@" + id)) {
                return new Result(
                        Integer.parseInt(answer[1]),
                        new String(decode(answer[2]), StandardCharsets.UTF_8),
                        new String(decode(answer[3]), StandardCharsets.UTF_8));
            }
        }
    }

    /** Standard output of a script that must succeed. */
    public String output(String script) {
        Result result = run(script);
        if (result.exit() != 0) {
            throw new LabException(
                    "Exit " + result.exit() + " in the guest: " + script + "\n" + result.stdout() + result.stderr());
        }
        return result.stdout();
    }

    /** A file's bytes. */
    public byte[] file(String path) {
        return Base64.getMimeDecoder().decode(output("base64 '" + path + "'"));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static byte[] decode(String zippedBase64) {
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(zippedBase64)))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new LabException("The guest's answer is damaged", e);
        }
    }
}
