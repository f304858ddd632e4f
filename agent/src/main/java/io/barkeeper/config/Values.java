package io.barkeeper.config;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.policy.PolicyRules.Rule;
import io.barkeeper.policy.PolicyRules.Verdict;
import io.barkeeper.policy.Selector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** From what TOML knows to what the configuration means. */
final class Values {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}) ?(us|ms|s|min)");
    private static final Map<String, Long> UNIT_MICROS =
            Map.of("us", 1L, "ms", 1_000L, "s", 1_000_000L, "min", 60_000_000L);
    private static final Pattern DRIVER = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
    private static final Pattern LISTEN =
            Pattern.compile("(?:([0-9]{1,3}(?:\\.[0-9]{1,3}){3})|\\[([0-9a-fA-F:.]+)\\]):([0-9]{1,5})");

    private Values() {}

    static String string(Object value) throws BadValue {
        if (value instanceof String text) {
            return text;
        }
        throw new BadValue("must be a text in quotes, not " + kind(value));
    }

    static boolean flag(Object value) throws BadValue {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new BadValue("must be true or false, not " + kind(value));
    }

    /** A whole number, both limits included. */
    static long number(Object value, long least, long most) throws BadValue {
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        throw new BadValue("must be a whole number from " + least + " to " + most + ", not "
                + (value instanceof Long ? "'" + value + "'" : kind(value)));
    }

    static List<String> strings(Object value) throws BadValue {
        if (!(value instanceof TomlArray array)) {
            throw new BadValue("must be a list of texts, like [\"a\", \"b\"], not " + kind(value));
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            all.add(string(array.get(i)));
        }
        return all;
    }

    static Mode mode(Object value) throws BadValue {
        String label = string(value);
        return Mode.named(label)
                .orElseThrow(() -> new BadValue("'" + label + "' is not one of observe, confirm, automatic"));
    }

    /** Microseconds. */
    static long duration(Object value) throws BadValue {
        String text = string(value);
        Matcher m = DURATION.matcher(text);
        if (!m.matches()) {
            throw new BadValue("'" + text + "' is no duration; one is written like \"500ms\", \"5s\" or \"1min\"");
        }
        return Long.parseLong(m.group(1)) * UNIT_MICROS.getOrDefault(m.group(2), 0L);
    }

    static Optional<InetSocketAddress> listen(Object value) throws BadValue {
        String text = string(value);
        if (text.equals("off")) {
            return Optional.empty();
        }
        Matcher m = LISTEN.matcher(text);
        int port = m.matches() ? Integer.parseInt(m.group(3)) : 0;
        if (port < 1 || port > 65535) {
            throw new BadValue("'" + text + "' is neither \"off\" nor an address with a port, like"
                    + " \"127.0.0.1:9826\" or \"[::1]:9826\"");
        }
        String host = m.group(1) != null ? m.group(1) : m.group(2);
        try {
            // Only digits get here, so nothing is looked up in the DNS.
            return Optional.of(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException e) {
            throw new BadValue("'" + host + "' is no IP address");
        }
    }

    /** What {@link Selector} reads, and the bare name of a driver. */
    static Selector selector(String text) throws BadValue {
        if (DRIVER.matcher(text).matches()) {
            return new Selector.Driver(text);
        }
        return Selector.parse(text)
                .orElseThrow(() -> new BadValue("'" + text + "' says nothing about devices; write \"driver:mpt3sas\","
                        + " \"8086:10d3\", \"class:0108\", \"0000:03:00.0\" or a path like"
                        + " \"0000:00:01.0/00.0\""));
    }

    static List<Rule> rules(Object value, Verdict verdict) throws BadValue {
        List<Rule> rules = new ArrayList<>();
        for (String text : strings(value)) {
            rules.add(new Rule(selector(text), verdict));
        }
        return rules;
    }

    static PciAddress address(String text) throws BadValue {
        return PciAddress.tryParse(text)
                .orElseThrow(
                        () -> new BadValue("'" + text + "' is no PCI address; one is written like \"0000:03:00.0\""));
    }

    static List<PciAddress> addresses(Object value) throws BadValue {
        List<PciAddress> all = new ArrayList<>();
        for (String text : strings(value)) {
            all.add(address(text));
        }
        return all;
    }

    private static String kind(@Nullable Object value) {
        if (value instanceof String) {
            return "a text";
        }
        if (value instanceof Boolean) {
            return "true or false";
        }
        if (value instanceof TomlArray) {
            return "a list";
        }
        return value instanceof TomlTable ? "a section" : "'" + value + "'";
    }
}
