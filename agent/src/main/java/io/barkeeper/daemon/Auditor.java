package io.barkeeper.daemon;

import io.barkeeper.control.View;
import io.barkeeper.hotplug.Uevent;
import io.barkeeper.kernel.trust.Between;
import io.barkeeper.kernel.trust.Hindsight;
import io.barkeeper.kernel.trust.Judgement;
import io.barkeeper.kernel.trust.Layout;
import io.barkeeper.kernel.trust.Step;
import io.barkeeper.machine.Machine;
import io.barkeeper.metrics.Instruments.Forecast;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.MissJson;
import io.barkeeper.snapshot.SlotMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the model against what the kernel does by itself, in every mode: each settled look is compared with what the
 * model makes of the settled look before it. What a transaction did is not judged here, it has a comparison of its own.
 * On the work loop's thread.
 *
 * <p>A miss must be seen twice: the first look may have met a hot-add half way.
 */
final class Auditor {

    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

    private static final int MOST_LOOKS = 5;

    private final Machine machine;
    private final Conductor conductor;
    private final Equipment equipment;
    private final Misses misses;
    private final List<Between.Notice> notices = new ArrayList<>();
    /** Ports that said that a card is there, which nobody has found yet. */
    private final Set<PciAddress> announced = new HashSet<>();

    private boolean logFollowed = true;
    private boolean complete = true;
    private boolean assignedBefore;
    private Optional<Topology> settled;
    private Optional<Layout> suspicion = Optional.empty();
    private int looks;

    /** @param first the first look */
    Auditor(Machine machine, Conductor conductor, Equipment equipment, Misses misses, Topology first) {
        this.machine = machine;
        this.conductor = conductor;
        this.equipment = equipment;
        this.misses = misses;
        this.settled = Optional.of(first);
        // From here on the log is followed.
        machine.slotMessages();
    }

    void heard(Uevent uevent) {
        boolean arrived = uevent.action().equals("add");
        if (uevent.subsystem().equals("pci")
                && !uevent.isSynthetic()
                && (arrived || uevent.action().equals("remove"))) {
            uevent.function().ifPresent(f -> notices.add(new Between.Notice(arrived, f)));
        }
    }

    void overflow() {
        complete = false;
    }

    /** What was done since the last look was our own doing, or is not known: the next look is compared with this one. */
    void startFrom(Topology now) {
        readLog();
        begin(now);
    }

    /** Nothing is compared until there is something to compare with. */
    void forget() {
        settled = Optional.empty();
    }

    /** A look outside of any burst: writes of others that no uevent tells of are taken note of. */
    void idle(Topology now) {
        boolean same = settled.filter(s -> addresses(s).equals(addresses(now))).isPresent();
        if (same && notices.isEmpty() && complete) {
            readLog();
            settled = Optional.of(now);
            assignedBefore = false;
        }
    }

    private static Set<PciAddress> addresses(Topology topology) {
        return topology.functions().stream().map(PciFunction::address).collect(Collectors.toSet());
    }

    /** Judges a settled look; true when it must be looked again before anything is said or done. */
    boolean needsAnotherLook(View view) {
        readLog();
        Topology now = view.topology();
        if (settled.isEmpty()) {
            begin(now);
            return false;
        }
        Optional<Set<PciAddress>> slots = logFollowed ? Optional.of(announced) : Optional.empty();
        Between between = new Between(notices, complete, slots, assignedBefore);
        Judgement judgement = Hindsight.judge(settled.get(), now, between, view.model());
        if (judgement instanceof Judgement.Miss) {
            Layout layout = Layout.of(now);
            boolean confirmed =
                    suspicion.filter(s -> layout.firstDifference(s).isEmpty()).isPresent();
            if (!confirmed && ++looks < MOST_LOOKS) {
                suspicion = Optional.of(layout);
                return true;
            }
            if (!confirmed) {
                judgement = new Judgement.NotJudged("the machine looks different each time");
            }
        }
        conclude(judgement, settled.get(), view);
        begin(now);
        return false;
    }

    private void readLog() {
        Optional<List<SlotMessage>> news = machine.slotMessages();
        if (news.isEmpty()) {
            logFollowed = false;
            announced.clear();
        }
        for (SlotMessage message : news.orElse(List.of())) {
            switch (message.what()) {
                case CARD -> announced.add(message.address());
                case NO_CARD -> announced.remove(message.address());
                case ASSIGNED -> assignedBefore |= announced.isEmpty();
            }
        }
    }

    private void begin(Topology now) {
        settled = Optional.of(now);
        suspicion = Optional.empty();
        looks = 0;
        notices.clear();
        complete = true;
        logFollowed = true;
        assignedBefore = false;
        announced.removeIf(port -> !now.childrenOf(port).isEmpty());
    }

    private void conclude(Judgement judgement, Topology before, View view) {
        if (judgement instanceof Judgement.Hit hit) {
            tell(Forecast.HIT, "the kernel did what the model predicts of " + text(hit.steps()));
        } else if (judgement instanceof Judgement.Uncertain unsure) {
            tell(
                    Forecast.UNCERTAIN,
                    "the model does not know what the kernel makes of " + text(unsure.steps()) + ": "
                            + unsure.doubt().address() + ": " + unsure.doubt().why());
        } else if (judgement instanceof Judgement.NotJudged none) {
            tell(Forecast.NOT_JUDGED, "what happened is not held against the model: " + none.why());
        } else if (judgement instanceof Judgement.Miss miss) {
            missed(miss, before, view);
        }
    }

    private void missed(Judgement.Miss miss, Topology before, View view) {
        String what =
                "the kernel's own " + text(miss.steps()) + " did not go as the model predicts: " + miss.difference();
        Optional<Path> kept =
                misses.keep(name -> MissJson.toJson(name, view.model().name(), before, miss, view.topology()));
        tell(Forecast.MISS, what);
        LogFields.of(LogEvent.PREDICTION_MISSED)
                .tell(() -> LOG.warn(
                        "BK-MISS: {}{}. Please report it: 'barkeeper capture' packs all that is needed",
                        what,
                        kept.map(f -> "; kept as " + f).orElse("")));
        conductor.conclusions().missed(what);
    }

    private void tell(Forecast forecast, String line) {
        equipment.instruments().predicted(forecast);
        equipment.followers().tell("prediction", line);
        if (forecast != Forecast.MISS) {
            LOG.info("{}", line);
        }
    }

    private static String text(List<Step> steps) {
        return steps.stream().map(Step::toString).collect(Collectors.joining(" "));
    }
}
