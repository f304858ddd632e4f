package io.barkeeper.machine.sysfs;

import io.barkeeper.machine.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs writes on threads of their own, since a write to sysfs can hang in the kernel and no signal ends it. After the
 * first one that does, nothing is run any more: the process can only report and wait for a reboot.
 */
final class BoundedCall {

    private static final int INNERMOST = 6;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final AtomicReference<@Nullable String> stuck = new AtomicReference<>();

    /** Where a write is stuck; null while none is. */
    @Nullable
    String stuckIn() {
        return stuck.get();
    }

    Outcome run(String what, Duration deadline, Supplier<Outcome> call) {
        String before = stuck.get();
        if (before != null) {
            return new Outcome.Stuck(before);
        }
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        String name = "pci-write-" + COUNT.incrementAndGet();
        Thread worker = new Thread(
                () -> {
                    try {
                        result.complete(call.get());
                    } catch (RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                },
                name);
        worker.setDaemon(true);
        worker.start();
        return await(what, name, deadline, result);
    }

    private Outcome await(String what, String thread, Duration deadline, CompletableFuture<Outcome> result) {
        long end = System.nanoTime() + deadline.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    // The write cannot be taken back: its answer is waited for all the same.
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            String where = what + waitsIn(thread);
            stuck.set(where);
            return new Outcome.Stuck(where);
        } catch (ExecutionException e) {
            return new Outcome.Failed(0, what + ": " + e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the kernel says that the thread waits in, where it may be read. */
    private static String waitsIn(String thread) {
        for (Path task : SysfsPaths.entries(Path.of("/proc/self/task"))) {
            if (read(task.resolve("comm")).equals(thread)) {
                String wchan = read(task.resolve("wchan"));
                String stack = stack(read(task.resolve("stack")));
                String where = stack.isEmpty() ? wchan : stack;
                return where.isEmpty() || where.equals("0") ? "" : " (waits in " + where + ")";
            }
        }
        return "";
    }

    /** The innermost functions of a kernel stack, which root may read: {@code [<0>] mutex_lock+0x12/0x40}. */
    static String stack(String text) {
        return text.lines()
                .map(line -> line.replaceFirst("^\\[<[^>]*>\\] *", "").replaceFirst("\\+0x.*", ""))
                .filter(name -> !name.isBlank())
                .limit(INNERMOST)
                .collect(Collectors.joining(" < "));
    }

    private static String read(Path file) {
        return SysfsPaths.text(file).orElse("");
    }
}
