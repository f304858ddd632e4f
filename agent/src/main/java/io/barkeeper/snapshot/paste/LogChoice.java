package io.barkeeper.snapshot.paste;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which stretch of the kernel log counts. A snapshot is of one boot, so one stretch is taken: of those in which
 * something found no room, else of all, the one that names most functions, the last among equals. The others are named
 * in a note.
 */
record LogChoice(List<PasteLine> lines, LogReplay.Result replay) {

    static LogChoice of(List<PasteLine> log, OptionalInt wanted, MapClaims memory, Gaps gaps) throws PasteException {
        List<List<PasteLine>> parts = LogParts.of(log);
        if (wanted.isPresent() && (wanted.getAsInt() < 1 || wanted.getAsInt() > Math.max(parts.size(), 1))) {
            throw new PasteException(
                    "BK-PASTE-PART",
                    "there is no stretch " + wanted.getAsInt() + " of the kernel log: it has " + parts.size(),
                    "leave out --part, and read in the notes which there are");
        }
        if (parts.isEmpty()) {
            return new LogChoice(List.of(), LogReplay.of(List.of()));
        }
        List<LogReplay.Result> replays = new ArrayList<>();
        parts.forEach(part -> replays.add(LogReplay.of(part)));
        int chosen = wanted.isPresent() ? wanted.getAsInt() - 1 : best(replays);
        if (parts.size() > 1) {
            note(parts, replays, chosen, gaps);
        }
        LogReplay.Result replay = replays.get(chosen);
        BorrowedWindows.complete(replay, replays, memory, gaps);
        if (replay.cutLines() > 0) {
            gaps.add(
                    "BK-NOTE-CUT",
                    replay.cutLines() + " lines of the kernel log end in the middle of a resource",
                    "what became of it is not known, so these lines are left out");
        }
        return new LogChoice(parts.get(chosen), replay);
    }

    private static int best(List<LogReplay.Result> replays) {
        boolean anyFailed = replays.stream().anyMatch(LogReplay.Result::failed);
        int best = -1;
        for (int i = 0; i < replays.size(); i++) {
            boolean eligible = !anyFailed || replays.get(i).failed();
            boolean better = best < 0
                    || replays.get(i).functions().size()
                            >= replays.get(best).functions().size();
            best = eligible && better ? i : best;
        }
        return best;
    }

    private static void note(List<List<PasteLine>> parts, List<LogReplay.Result> replays, int chosen, Gaps gaps) {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            List<PasteLine> part = parts.get(i);
            list.append(i == 0 ? "" : ", ")
                    .append(i + 1)
                    .append(" from line ")
                    .append(part.get(0).number())
                    .append(" to ")
                    .append(part.get(part.size() - 1).number())
                    .append(" (")
                    .append(replays.get(i).functions().size())
                    .append(" functions")
                    .append(replays.get(i).failed() ? ", something found no room)" : ")");
        }
        gaps.add(
                "BK-NOTE-PARTS",
                "the kernel log is not of one piece: its times go back or are written in another way. The stretches are "
                        + list,
                "stretch " + (chosen + 1) + " is taken; --part takes another");
    }
}
