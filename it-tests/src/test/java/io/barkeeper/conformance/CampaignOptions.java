package io.barkeeper.conformance;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign is told.
 *
 * @param kernel series, {@code 6.12}
 * @param firstSeed inclusive
 * @param lastSeed inclusive
 * @param actions most actions for one machine
 * @param minutes no further machine is started after so long
 * @param failures where triples that were not exact are saved
 * @param recordings where all that was recorded is saved
 */
record CampaignOptions(
        String kernel,
        long firstSeed,
        long lastSeed,
        int actions,
        int minutes,
        Optional<Path> failures,
        Optional<Path> recordings) {

    static final String USAGE =
            "usage: scripts/conformance --kernel 6.1|6.12|6.18|7.2|... --seeds A..B [--actions N] [--minutes N]"
                    + " [--failures DIR] [--recordings DIR]";
    private static final Pattern SEEDS = Pattern.compile("(\\d{1,15})(?:\\.\\.(\\d{1,15}))?");
    private static final int DEFAULT_ACTIONS = 12;
    private static final int DEFAULT_MINUTES = 60;

    /** Reads the command line; empty when it cannot be understood. */
    static Optional<CampaignOptions> parse(List<String> words) {
        if (words.size() % 2 != 0) {
            return Optional.empty();
        }
        @Nullable String kernel = null;
        Matcher seeds = SEEDS.matcher("");
        int actions = DEFAULT_ACTIONS;
        int minutes = DEFAULT_MINUTES;
        Optional<Path> failures = Optional.empty();
        Optional<Path> recordings = Optional.empty();
        for (int i = 0; i < words.size(); i += 2) {
            String value = words.get(i + 1);
            switch (words.get(i)) {
                case "--kernel" -> kernel = value;
                case "--seeds" -> seeds = SEEDS.matcher(value);
                case "--actions" -> actions = number(value);
                case "--minutes" -> minutes = number(value);
                case "--failures" -> failures = Optional.of(Path.of(value));
                case "--recordings" -> recordings = Optional.of(Path.of(value));
                default -> {
                    return Optional.empty();
                }
            }
        }
        if (kernel == null || !seeds.matches() || actions < 1 || minutes < 1) {
            return Optional.empty();
        }
        long first = Long.parseLong(seeds.group(1));
        long last = seeds.group(2) == null ? first : Long.parseLong(seeds.group(2));
        return Optional.of(new CampaignOptions(kernel, first, last, actions, minutes, failures, recordings));
    }

    private static int number(String text) {
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
    }
}
