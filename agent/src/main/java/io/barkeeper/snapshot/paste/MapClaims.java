package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.snapshot.IoMap;
import io.barkeeper.snapshot.MalformedTextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of {@code /proc/iomem} or {@code /proc/ioports} in a paste: as the tree that they are, and by the name that
 * claims. A remark that somebody wrote behind a name, after two blanks or more, is taken off.
 */
final class MapClaims {

    private static final Pattern LINE =
            Pattern.compile("\\s*([0-9a-fA-F]{1,16})-([0-9a-fA-F]{1,16}) : (.*?)(?:\\s{2,}.*)?");
    private static final Pattern BUS = Pattern.compile("PCI Bus ([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2})");

    private record Claim(AddressRange range, String name) {}

    private final List<Claim> claims;
    private final IoMap tree;

    private MapClaims(List<Claim> claims, IoMap tree) {
        this.claims = claims;
        this.tree = tree;
    }

    /** @throws PasteException when a range ends below its start */
    static MapClaims of(List<PasteLine> lines) throws PasteException {
        List<Claim> claims = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (PasteLine line : lines) {
            Matcher m = LINE.matcher(line.text());
            if (!m.matches()) {
                continue;
            }
            long start = Long.parseUnsignedLong(m.group(1), 16);
            long end = Long.parseUnsignedLong(m.group(2), 16);
            if (AddressRange.below(end, start)) {
                throw PasteException.contradiction(
                        line.place() + ": the range " + m.group(1) + "-" + m.group(2) + " ends below its start");
            }
            claims.add(new Claim(new AddressRange(start, end), m.group(3)));
            text.append(m.group(1))
                    .append('-')
                    .append(m.group(2))
                    .append(" : ")
                    .append(m.group(3))
                    .append('\n');
        }
        try {
            return new MapClaims(claims, claims.isEmpty() ? IoMap.unreadable() : IoMap.parse(text.toString()));
        } catch (MalformedTextException e) {
            throw PasteException.contradiction(String.valueOf(e.getMessage()));
        }
    }

    boolean isEmpty() {
        return claims.isEmpty();
    }

    /** The kernel shows zeros to who is not root. */
    boolean isHidden() {
        return !claims.isEmpty() && tree.isHidden();
    }

    IoMap tree() {
        return tree;
    }

    /** What a function claims from an address on; empty when it claims nothing there. */
    Optional<AddressRange> of(PciAddress function, long start) {
        return claims.stream()
                .filter(c -> c.range().start() == start
                        && PciAddress.tryParse(c.name())
                                .filter(function::equals)
                                .isPresent())
                .map(Claim::range)
                .findFirst();
    }

    /** The name under which a driver claims a BAR, or a part of it; empty when only the BAR itself is claimed. */
    Optional<String> claimant(AddressRange bar) {
        return claims.stream()
                .filter(c -> bar.contains(c.range())
                        && PciAddress.tryParse(c.name()).isEmpty()
                        && busOf(c.name()).isEmpty())
                .map(Claim::name)
                .findFirst();
    }

    /** The windows to a bus, or the apertures of a root bus, in the order of the file. */
    List<AddressRange> windowsTo(int domain, int bus) {
        String name = String.format("%04x:%02x", domain, bus);
        return tree.isHidden()
                ? List.of()
                : claims.stream()
                        .filter(c -> busOf(c.name()).filter(name::equals).isPresent())
                        .map(Claim::range)
                        .toList();
    }

    /** Buses that lie in no other bus: {@code DDDD:BB}, ascending. */
    Set<String> outermostBuses() {
        TreeSet<String> names = new TreeSet<>();
        List<Claim> buses =
                claims.stream().filter(c -> busOf(c.name()).isPresent()).toList();
        for (int i = 0; i < buses.size(); i++) {
            Claim claim = buses.get(i);
            boolean inner = buses.subList(0, i).stream()
                    .anyMatch(c -> !c.name().equals(claim.name()) && c.range().contains(claim.range()));
            if (!inner) {
                busOf(claim.name()).ifPresent(names::add);
            }
        }
        return names;
    }

    /** Functions that claim anything. */
    Set<PciAddress> functions() {
        TreeSet<PciAddress> found = new TreeSet<>();
        claims.forEach(c -> PciAddress.tryParse(c.name()).ifPresent(found::add));
        return found;
    }

    private static Optional<String> busOf(String name) {
        Matcher m = BUS.matcher(name);
        return m.matches() ? Optional.of(m.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }
}
