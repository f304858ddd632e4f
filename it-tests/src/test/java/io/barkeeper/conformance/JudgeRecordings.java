package io.barkeeper.conformance;

import io.barkeeper.kernel.KernelModels;
import io.barkeeper.kernel.trust.Between;
import io.barkeeper.kernel.trust.Hindsight;
import io.barkeeper.kernel.trust.Judgement;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import io.barkeeper.snapshot.SlotMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a daemon that watched the lab's machines would have said of its model: {@code JudgeRecordings FILE-OR-FOLDER…}. It
 * must judge what the kernel did by itself, and must not hold against the model what a hand did.
 */
public final class JudgeRecordings {
    private final Map<String, Integer> counts = new TreeMap<>();

    private JudgeRecordings() {}

    public static void main(String[] arguments) throws IOException, MachineException {
        JudgeRecordings judge = new JudgeRecordings();
        for (String argument : arguments) {
            try (Stream<Path> files = Files.walk(Path.of(argument))) {
                for (Path file : files.filter(f -> f.toString().endsWith(Replay.RECORDING))
                        .sorted()
                        .toList()) {
                    judge.judge(file);
                }
            }
        }
        judge.counts.forEach((what, count) -> System.out.println(count + "  " + what));
    }

    private void judge(Path file) throws IOException, MachineException {
        List<String> log = new ArrayList<>();
        Optional<Topology> before = Optional.empty();
        Set<PciAddress> announced = new HashSet<>();
        int number = 0;
        for (Recording.Step step : Recording.read(file).steps()) {
            GuestView view = GuestView.parse(step.view());
            log.addAll(view.messages());
            view.messages().stream().flatMap(m -> SlotMessage.parse(m).stream()).forEach(m -> note(announced, m));
            Topology after = Extraction.read(view, log, before);
            if (before.isPresent()) {
                Between between = Hearsay.of(before.get(), after, announced);
                Judgement judgement =
                        Hindsight.judge(before.get(), after, between, KernelModels.forKernel(after.kernel()));
                count(file.getFileName() + " " + number, step.action(), judgement);
            }
            announced.removeIf(port -> !after.childrenOf(port).isEmpty());
            before = Optional.of(after);
            number++;
        }
    }

    private static void note(Set<PciAddress> announced, SlotMessage message) {
        if (message.what() == SlotMessage.What.CARD) {
            announced.add(message.address());
        } else if (message.what() == SlotMessage.What.NO_CARD) {
            announced.remove(message.address());
        }
    }

    private void count(String step, String action, Judgement judgement) {
        String kind = action.replaceFirst(":.*", "");
        counts.merge(kind + " " + judgement.getClass().getSimpleName(), 1, Integer::sum);
        boolean byHand = !kind.contains("plug");
        if (judgement instanceof Judgement.Miss || (!byHand && !(judgement instanceof Judgement.Hit))) {
            System.out.println(
                    step + " " + action + " | " + judgement.toString().replaceAll("PciFunction\\[.*?\\]\\]", "…"));
        }
    }
}
