package io.barkeeper.policy;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Topology;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which functions a rule of the configuration speaks about. */
public sealed interface Selector {

    /** As the configuration writes it. */
    String text();

    boolean matches(Topology topology, PciFunction function);

    /** Bound to this driver: {@code driver:mpt3sas}. */
    record Driver(String name) implements Selector {
        @Override
        public String text() {
            return "driver:" + name;
        }

        @Override
        public boolean matches(Topology topology, PciFunction function) {
            return function.driver().filter(name::equals).isPresent();
        }
    }

    /** At this address, or this path from the root: {@code 0000:03:00.0}, {@code 0000:00:01.0/00.0}. */
    record Place(String where) implements Selector {
        @Override
        public String text() {
            return where;
        }

        @Override
        public boolean matches(Topology topology, PciFunction function) {
            return PciAddress.tryParse(where)
                    .map(function.address()::equals)
                    .orElseGet(() -> topology.path(function.address()).equals(where));
        }
    }

    /** With these identifiers, each 0 to 0xffff: {@code 10de:20b0}. */
    record Identifiers(int vendor, int device) implements Selector {
        @Override
        public String text() {
            return String.format("%04x:%04x", vendor, device);
        }

        @Override
        public boolean matches(Topology topology, PciFunction function) {
            return function.ids().vendor() == vendor && function.ids().device() == device;
        }
    }

    /** Whose class code begins with these two, four or six hex digits: {@code class:0108}. */
    record ClassPrefix(String digits) implements Selector {
        @Override
        public String text() {
            return "class:" + digits;
        }

        @Override
        public boolean matches(Topology topology, PciFunction function) {
            return String.format("%06x", function.classCode()).startsWith(digits);
        }
    }

    Pattern DRIVER = Pattern.compile("driver:([A-Za-z0-9_.-]+)");
    Pattern CLASS = Pattern.compile("class:(?:0x)?((?:[0-9a-fA-F]{2}){1,3})");
    Pattern IDS = Pattern.compile("([0-9a-fA-F]{4}):([0-9a-fA-F]{4})");
    Pattern PLACE =
            Pattern.compile("[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[01][0-9a-fA-F]\\.[0-7](?:/[01][0-9a-fA-F]\\.[0-7])*");

    /** Reads the form that {@link #text()} writes; empty when the text is none of them. */
    static Optional<Selector> parse(String text) {
        Matcher driver = DRIVER.matcher(text);
        if (driver.matches()) {
            return Optional.of(new Driver(driver.group(1)));
        }
        Matcher classCode = CLASS.matcher(text);
        if (classCode.matches()) {
            return Optional.of(new ClassPrefix(classCode.group(1).toLowerCase(Locale.ROOT)));
        }
        Matcher ids = IDS.matcher(text);
        if (ids.matches()) {
            return Optional.of(new Identifiers(Integer.parseInt(ids.group(1), 16), Integer.parseInt(ids.group(2), 16)));
        }
        return PLACE.matcher(text).matches() ? Optional.of(new Place(text.toLowerCase(Locale.ROOT))) : Optional.empty();
    }
}
