package io.barkeeper.metrics;

import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.diagnosis.Trouble.Cause;
import io.barkeeper.diagnosis.Trouble.Severity;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.plan.Arrivals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every series that the daemon publishes. What has a closed set of labels is there from the start, at 0, so that an
 * alert on an increase sees the first one. A function's address is never a label; a bridge's is, on gauges that go when
 * the bridge goes. For any thread.
 */
public final class Instruments implements AutoCloseable {

    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Actions of uevents that the kernel knows (lib/kobject_uevent.c, kobject_actions), and one for later ones. */
    private static final List<String> UEVENT_ACTIONS =
            List.of("add", "remove", "change", "move", "online", "offline", "bind", "unbind", "other");

    private static final List<String> PLAN_OUTCOMES = List.of("nothing-to-do", "feasible", "refused", "infeasible");

    /** The kind of a trouble that is about bus numbers. */
    private static final String BUS = "bus";

    private static final Set<String> KINDS = kinds();

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, AtomicInteger> unassigned = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> modes = new ConcurrentHashMap<>();
    private final RoomGauges rooms;

    /**
     * @param version of this program
     * @param kernel its release
     * @param generation of the model
     * @param modeNames all modes
     */
    public Instruments(String version, String kernel, String generation, List<String> modeNames) {
        Gauge.builder("barkeeper.build.info", () -> 1)
                .description("What runs here")
                .tags("version", version, "kernel", kernel, "generation", generation)
                .register(registry);
        for (String mode : modeNames) {
            AtomicInteger value = new AtomicInteger();
            modes.put(mode, value);
            Gauge.builder("barkeeper.mode", value::get)
                    .description("1 for the mode that is in force")
                    .tag("mode", mode)
                    .register(registry);
        }
        rooms = new RoomGauges(registry);
        registerClosedSets();
    }

    private void registerClosedSets() {
        for (String kind : KINDS) {
            Arrays.stream(Cause.values()).forEach(cause -> failures(cause, kind));
            Arrays.stream(Severity.values()).forEach(severity -> unassigned(severity, kind));
        }
        Arrays.stream(Ending.values()).forEach(this::transactions);
        Arrays.stream(Forecast.values()).forEach(this::predictions);
        PLAN_OUTCOMES.forEach(this::planTimer);
        UEVENT_ACTIONS.forEach(this::uevents);
        transactionTimer();
        outageTimer();
        overflows();
        movedResources();
    }

    private static Set<String> kinds() {
        Set<String> all = new TreeSet<>();
        Arrays.stream(ResourceKind.values()).map(ResourceKind::label).forEach(all::add);
        all.add(BUS);
        return all;
    }

    private static String kind(Trouble trouble) {
        return trouble.kind().map(ResourceKind::label).orElse(BUS);
    }

    /** How a transaction ended; the {@code outcome} label. */
    public enum Ending {
        DONE("done"),
        REFUSED("refused"),
        ROLLED_BACK("rolled_back"),
        FAILED("failed"),
        WEDGED("wedged");

        private final String label;

        Ending(String label) {
            this.label = label;
        }
    }

    /** How a prediction compared with what came; the {@code result} label. */
    public enum Forecast {
        HIT,
        MISS,
        /** The model said itself that it could not know. */
        UNCERTAIN,
        /** What the kernel did by itself is not known well enough to compare. */
        NOT_JUDGED
    }

    /** A trouble that was not there before. */
    public void troubleAppeared(Trouble trouble) {
        failures(trouble.cause(), kind(trouble)).increment();
    }

    /** All troubles that there are now. */
    public void troubles(List<Trouble> now) {
        Map<String, Integer> counts = new HashMap<>();
        for (Trouble trouble : now) {
            counts.merge(key(trouble.severity(), kind(trouble)), 1, Integer::sum);
        }
        unassigned.forEach((key, value) -> value.set(counts.getOrDefault(key, 0)));
    }

    public void mode(String name) {
        modes.forEach((mode, value) -> value.set(mode.equals(name) ? 1 : 0));
    }

    public void uevent(String action) {
        uevents(UEVENT_ACTIONS.contains(action) ? action : "other").increment();
    }

    public void ueventOverflow() {
        overflows().increment();
    }

    public void planned(String outcome, Duration took) {
        planTimer(outcome).record(took);
    }

    public void transactionEnded(Ending ending, Duration took) {
        transactions(ending).increment();
        transactionTimer().record(took);
    }

    /** One device was out of service for so long. */
    public void deviceOutage(Duration took) {
        outageTimer().record(took);
    }

    public void resourcesMoved(int count) {
        movedResources().increment(count);
    }

    public void predicted(Forecast result) {
        predictions(result).increment();
    }

    /** How full the machine is now; what is gone since the last call is no longer published. */
    public void room(List<Room> now) {
        rooms.room(now);
    }

    /** What fits into the empty hot-plug ports now, and by moving others; a port that has its card is no longer published. */
    public void slots(List<Arrivals.Slot> empty) {
        rooms.slots(empty);
    }

    /** All series in the text format of Prometheus. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private Counter failures(Cause cause, String kind) {
        return Counter.builder("barkeeper.allocation.failures")
                .description("Resources that lost their place or never found one")
                .tags("cause", cause.label(), "kind", kind)
                .register(registry);
    }

    private static String key(Severity severity, String kind) {
        return severity.label() + "/" + kind;
    }

    private void unassigned(Severity severity, String kind) {
        AtomicInteger value = unassigned.computeIfAbsent(key(severity, kind), k -> new AtomicInteger());
        Gauge.builder("barkeeper.unassigned.resources", value::get)
                .description("Resources in trouble now")
                .tags("class", severity.label(), "kind", kind)
                .register(registry);
    }

    private Counter transactions(Ending ending) {
        return Counter.builder("barkeeper.transactions")
                .description("Transactions by how they ended")
                .tag("outcome", ending.label)
                .register(registry);
    }

    private Counter predictions(Forecast result) {
        return Counter.builder("barkeeper.predictions")
                .description("Predictions of the kernel model, compared with what the kernel did")
                .tag("result", result.name().toLowerCase(java.util.Locale.ROOT))
                .register(registry);
    }

    private Counter uevents(String action) {
        return Counter.builder("barkeeper.uevents")
                .description("Uevents of PCI devices, buses, services and slots")
                .tag("action", action)
                .register(registry);
    }

    private Counter overflows() {
        return Counter.builder("barkeeper.uevent.overflows")
                .description("How often uevents were lost and the whole machine was looked at instead")
                .register(registry);
    }

    private Counter movedResources() {
        return Counter.builder("barkeeper.moved.resources")
                .description("Resources of devices that a transaction gave another address")
                .register(registry);
    }

    private Timer planTimer(String outcome) {
        return Timer.builder("barkeeper.plan")
                .description("How long planning took")
                .tag("outcome", outcome)
                .serviceLevelObjectives(millis(10, 30, 100, 300, 1_000, 3_000, 10_000))
                .register(registry);
    }

    private Timer transactionTimer() {
        return Timer.builder("barkeeper.transaction")
                .description("How long a transaction took")
                .serviceLevelObjectives(millis(300, 1_000, 3_000, 10_000, 30_000, 100_000))
                .register(registry);
    }

    private Timer outageTimer() {
        return Timer.builder("barkeeper.device.outage")
                .description("How long a device was without its driver for a transaction")
                .serviceLevelObjectives(millis(100, 300, 1_000, 3_000, 10_000, 30_000))
                .register(registry);
    }

    private static Duration[] millis(long... values) {
        return Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }
}
