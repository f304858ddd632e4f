package io.barkeeper.conformance;

import io.barkeeper.lab.KernelImage;
import io.barkeeper.lab.KernelImages;
import io.barkeeper.lab.LabException;
import io.barkeeper.lab.QemuMachine;
import io.barkeeper.machine.MachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Plays stories on real kernels and holds each step against the model: {@code PlayStories FOLDER SERIES[,SERIES…] STORY-FILE…}.
 * The recordings are kept in the folder. Ends with 0 only when every step was exact.
 */
public final class PlayStories {
    private PlayStories() {}

    public static void main(String[] arguments) throws IOException, MachineException {
        if (arguments.length < 3) {
            System.err.println("usage: PlayStories FOLDER SERIES[,SERIES...] STORY-FILE...");
            System.exit(2);
        }
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        Tally tally = new Tally();
        for (String series : arguments[1].split(",")) {
            for (String file : List.of(arguments).subList(2, arguments.length)) {
                play(Story.read(Path.of(file)), KernelImages.get(series), folder, tally);
            }
        }
        System.out.print(tally.summary());
        System.exit(tally.isAllExact() ? 0 : 1);
    }

    private static void play(Story story, KernelImage kernel, Path folder, Tally tally)
            throws IOException, MachineException {
        System.out.println("== " + story.name() + " on " + kernel.release());
        Path file = folder.resolve(kernel.series() + "-" + story.name() + Replay.RECORDING);
        try {
            record(story, kernel, file);
        } catch (LabException e) {
            System.out.println(e.getMessage());
        }
        tally.machine();
        List<Triple> triples = Extraction.of(Recording.read(file));
        for (Triple triple : triples) {
            Verdict verdict = Verdict.on(triple);
            tally.add(triple, verdict);
            System.out.println((verdict.isExact() ? "exact  " : "MISSED ") + triple.name() + " " + triple.action());
        }
        Triple.write(folder.resolve(kernel.series() + "-" + story.name() + Replay.TRIPLES), triples);
    }

    private static void record(Story story, KernelImage kernel, Path file) throws IOException {
        try (QemuMachine machine = QemuMachine.boot(story.spec(), kernel);
                Recording.Sink sink = new Recording.Sink(file, story.head(kernel.series(), kernel.release()))) {
            GuestView view = GuestView.parse(machine.shell().output(Recorder.SETTLE + GuestView.SCRIPT));
            sink.add(new Recording.Step("boot", List.of(), "", 0, "", view.text()));
            for (String step : story.steps()) {
                System.out.println("-- " + step);
                if (step.startsWith("shell ")) {
                    System.out.print(machine.shell()
                            .run(step.substring("shell ".length()))
                            .stdout());
                    continue;
                }
                LabAction action = Story.action(step, view);
                List<String> output = new ArrayList<>();
                output.add(Recorder.perform(machine, action));
                view = GuestView.parse(machine.shell().output(Recorder.after(action) + GuestView.SCRIPT));
                sink.add(new Recording.Step(
                        action.text(), action.plug(), action.slot(), 0, String.join("", output), view.text()));
                System.out.print(output.get(0));
                System.out.println(view.messages().stream()
                        .filter(m -> Recorder.BROKEN.matcher(m).matches())
                        .map(m -> "BROKEN: " + m + "\n")
                        .collect(Collectors.joining()));
            }
        }
    }
}
