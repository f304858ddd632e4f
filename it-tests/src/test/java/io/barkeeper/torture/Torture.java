package io.barkeeper.torture;

import java.util.LinkedHashMap;
import java.util.Map;

/** The parts of {@code scripts/torture} that need guests. Prints every breach and the sums last; ends with 0 only without one. */
public final class Torture {
    private static final String KERNELS = "6.1,6.12,6.18,7.2";
    private static final Map<String, Map<String, String>> DEFAULTS = Map.of(
            "kill", Map.of("--kernels", KERNELS, "--every", "1", "--from", "1"),
            "power", Map.of("--kernels", KERNELS, "--every", "1", "--from", "1"),
            "plug", Map.of("--kernels", KERNELS, "--every", "1", "--from", "1"),
            "cycles", Map.of("--kernels", KERNELS, "--acpi", "1000", "--native", "50"));
    private static final String USAGE = """
            usage: scripts/torture kill|power|plug [--kernels K,K...] [--every N] [--from N]
                   scripts/torture cycles [--kernels K,K...] [--acpi N] [--native N]""";

    private final Map<String, String> options;
    private final Tally tally = new Tally();

    private Torture(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] arguments) {
        Map<String, String> known = DEFAULTS.getOrDefault(arguments.length == 0 ? "" : arguments[0], Map.of());
        Map<String, String> options = new LinkedHashMap<>(known);
        boolean understood = !known.isEmpty() && arguments.length % 2 == 1;
        for (int i = 1; understood && i < arguments.length; i += 2) {
            boolean kernels = arguments[i].equals("--kernels");
            understood = known.containsKey(arguments[i]) && (kernels || arguments[i + 1].matches("[1-9][0-9]{0,5}"));
            options.put(arguments[i], arguments[i + 1]);
        }
        if (!understood) {
            System.err.println(USAGE);
            System.exit(2);
        }
        System.exit(new Torture(options).run(arguments[0]) ? 0 : 1);
    }

    private boolean run(String part) {
        for (String kernel : options.getOrDefault("--kernels", "").split(",")) {
            switch (part) {
                case "kill" -> kill(kernel);
                case "power" -> power(kernel);
                case "plug" -> plug(kernel);
                default -> CyclesCampaign.run(kernel, number("--acpi"), number("--native"), tally);
            }
        }
        return tally.close();
    }

    private void kill(String kernel) {
        try (KillCampaign campaign = new KillCampaign(kernel, tally)) {
            campaign.run(number("--from"), number("--every"));
        }
    }

    private void power(String kernel) {
        try (PowerCampaign campaign = new PowerCampaign(kernel, tally)) {
            campaign.run(number("--from"), number("--every"));
        }
    }

    private void plug(String kernel) {
        try (PlugCampaign campaign = new PlugCampaign(kernel, tally)) {
            campaign.run(number("--from"), number("--every"));
        }
    }

    private int number(String option) {
        return Integer.parseInt(options.getOrDefault(option, "1"));
    }
}
