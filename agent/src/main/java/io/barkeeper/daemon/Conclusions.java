package io.barkeeper.daemon;

import io.barkeeper.config.Mode;
import io.barkeeper.metrics.Instruments;
import io.barkeeper.metrics.Instruments.Ending;
import io.barkeeper.metrics.Instruments.Forecast;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.plan.Plan;
import io.barkeeper.transaction.TransactionReport;
import io.barkeeper.transaction.Verdict;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows from how a transaction ended: metrics, the log, followers, brakes, and how far the daemon is still trusted. */
final class Conclusions {

    private static final Logger LOG = LoggerFactory.getLogger(Conclusions.class);

    private final Brakes brakes;
    private final BootMemory memory;
    private final ModeSwitch modes;
    private final Instruments instruments;
    private final Followers followers;
    private final MeasuredOutages outages;

    Conclusions(Equipment equipment, Brakes brakes, BootMemory memory, ModeSwitch modes, MeasuredOutages outages) {
        this.brakes = brakes;
        this.memory = memory;
        this.modes = modes;
        this.instruments = equipment.instruments();
        this.followers = equipment.followers();
        this.outages = outages;
    }

    /** A transaction of this process. */
    void of(Plan plan, TransactionReport report, Duration took) {
        measure(plan, report, took);
        tell(plan, report);
        if (report.outcome() != Verdict.DONE && !report.message().startsWith(Conductor.HINDERED)) {
            brakes.fails(plan);
        }
        if (!report.predictionHeld()) {
            String what = "transaction " + report.id() + " did not go as the kernel model predicted";
            LogFields.of(LogEvent.PREDICTION_MISSED).transaction(report.id()).tell(() -> LOG.warn("BK-MISS: {}", what));
            missed(what);
        }
        wedgedBy(report);
    }

    /** A transaction that an earlier process began and this one ended. */
    void ofRecovered(TransactionReport report) {
        ended(report)
                .tell(() -> LOG.warn(
                        "transaction {} was cut off and ended {}: {}",
                        report.id(),
                        report.outcome().label(),
                        report.message()));
        instruments.transactionEnded(Ending.valueOf(report.outcome().name()), Duration.ZERO);
        wedgedBy(report);
    }

    private void measure(Plan plan, TransactionReport report, Duration took) {
        instruments.transactionEnded(Ending.valueOf(report.outcome().name()), took);
        instruments.resourcesMoved((int) report.movedResources().stream()
                .filter(m -> m.from().isPresent() && m.to().isPresent())
                .filter(m -> !plan.start()
                        .find(m.resource().address())
                        .map(PciFunction::isBridge)
                        .orElse(true))
                .count());
        outages.add(plan.start(), report.outagePerDevice());
        report.outagePerDevice().values().forEach(us -> instruments.deviceOutage(Duration.ofNanos(us * 1000)));
        if (report.outcome() != Verdict.REFUSED) {
            instruments.predicted(report.predictionHeld() ? Forecast.HIT : Forecast.MISS);
        }
    }

    private void tell(Plan plan, TransactionReport report) {
        String line = "transaction " + report.id() + " of plan " + plan.id() + " ended "
                + report.outcome().label() + (report.message().isEmpty() ? "" : ": " + report.message());
        followers.tell("transaction", line);
        ended(report).tell(() -> {
            if (report.outcome() == Verdict.DONE) {
                LOG.info("{}", line);
            } else {
                LOG.warn("{}", line);
            }
        });
        report.notes().forEach(note -> LOG.info("  {}", note));
    }

    private static LogFields ended(TransactionReport report) {
        return LogFields.of(LogEvent.TRANSACTION_ENDED)
                .transaction(report.id())
                .outcome(report.outcome().label());
    }

    private void wedgedBy(TransactionReport report) {
        if (report.outcome() == Verdict.FAILED || report.outcome() == Verdict.WEDGED) {
            wedged("transaction " + report.id() + " ended " + report.outcome().label() + " in this boot");
        }
    }

    /** Automatic acts only while no prediction of this boot has failed. */
    void missed(String what) {
        memory.miss(what);
        modes.limit("trust", Mode.CONFIRM, what);
        publishMode();
    }

    /** After an unrepaired failure nothing more is written in this boot. */
    void wedged(String what) {
        memory.wedge(what);
        modes.limit("wedged", Mode.OBSERVE, what);
        publishMode();
    }

    void publishMode() {
        instruments.mode(modes.inForce().label());
        String reasons = String.join("; ", modes.reasons());
        String line = "mode " + modes.inForce().label() + (reasons.isEmpty() ? "" : ": " + reasons);
        followers.tell("mode", line);
        LogFields.of(LogEvent.MODE).mode(modes.inForce().label()).tell(() -> LOG.info("{}", line));
    }
}
