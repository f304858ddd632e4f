package io.barkeeper.snapshot;

import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collects what the kernel log says of one function.
 *
 * <p>The kernel names a resource in three ways: by name ({@code BAR 2}, {@code VF BAR 0}, {@code ROM},
 * {@code bridge window}: 6.8 and later, and later stable releases of 6.1), by row ({@code BAR 14: assigned [mem …]}:
 * before), and by register at discovery ({@code reg 0x18: [mem …]}: before). A discovery forgets all that was known,
 * since another device may have been put in. A VF BAR at discovery is printed once for one VF and once for all; the
 * former carries no verdict behind it and is passed over.
 */
final class FunctionTraceParser {

    private static final Pattern DISCOVERY =
            Pattern.compile("\\[[0-9a-f]{4}:[0-9a-f]{4}\\] type [0-9a-f]{2} class 0x[0-9a-f]+(?: (.*))?");
    private static final Pattern NAMED = Pattern.compile("(BAR|VF BAR|ROM|bridge window)(?: (\\d{1,2}))?(:)? +(.*)");
    private static final Pattern REGISTER = Pattern.compile("reg (0x[0-9a-f]{1,3}): (\\[.*)");
    private static final Pattern UNUSED = Pattern.compile("disabling bridge window (\\[.*\\]) to \\[bus .*");
    /** {@code BAR0 [mem …]: requesting alignment to 0x400000} before 6.8, {@code BAR 0 [mem …]: …} since. */
    private static final Pattern ALIGNED =
            Pattern.compile("(?:BAR ?(\\d)|ROM) (\\[.*\\]): requesting alignment to 0x[0-9a-f]+");

    private static final Pattern VF_SPACE = Pattern.compile("VF\\(n\\) BAR(\\d) space: (\\[.*)");

    private boolean discovered;
    private Optional<PortType> type = Optional.empty();
    private final Map<Integer, KernelLog.SizedKind> bars = new TreeMap<>();
    private final TreeSet<Integer> windowsSeen = new TreeSet<>();
    private final Map<Integer, Long> lostWindows = new LinkedHashMap<>();
    private final Map<Integer, Long> aligned = new TreeMap<>();

    /** @param message without the function's address */
    void accept(String message) {
        Matcher discovery = DISCOVERY.matcher(message);
        if (discovery.matches()) {
            discover(Optional.ofNullable(discovery.group(1)).orElse(""));
            return;
        }
        Matcher register = REGISTER.matcher(message);
        if (register.matches()) {
            acceptRegister((int) ResourceText.hex(register.group(1)), register.group(2));
            return;
        }
        Matcher space = VF_SPACE.matcher(message);
        if (space.matches()) {
            remember(Resource.FIRST_VF + Integer.parseInt(space.group(1)), space.group(2));
            return;
        }
        Matcher enlarged = ALIGNED.matcher(message);
        if (enlarged.matches()) {
            int index = enlarged.group(1) == null ? Resource.ROM : Integer.parseInt(enlarged.group(1));
            ResourceText.find(enlarged.group(2), 0).ifPresent(t -> aligned.put(index, t.size()));
            return;
        }
        Matcher unused = UNUSED.matcher(message);
        if (unused.matches()) {
            ResourceText.find(unused.group(1), 0).ifPresent(t -> lostWindows.put(t.windowIndex(), 0L));
            return;
        }
        Matcher named = NAMED.matcher(message);
        if (named.matches()) {
            acceptNamed(named);
        }
    }

    private void discover(String typeName) {
        discovered = true;
        bars.clear();
        windowsSeen.clear();
        lostWindows.clear();
        aligned.clear();
        type = PortTypeName.at(typeName);
    }

    private void acceptRegister(int register, String rest) {
        if (register >= 0x10 && register <= 0x24) {
            remember((register - 0x10) / 4, rest);
        } else if (register == 0x30 || register == 0x38) {
            remember(Resource.ROM, rest);
        }
    }

    private void acceptNamed(Matcher named) {
        String name = named.group(1);
        String rest = named.group(4);
        int number = named.group(2) == null ? -1 : Integer.parseInt(named.group(2));
        if (name.equals("bridge window") || (name.equals("BAR") && number >= Resource.WINDOW_IO)) {
            acceptWindow(rest);
        } else if (name.equals("ROM")) {
            remember(Resource.ROM, rest);
        } else if (name.equals("BAR") && number >= 0) {
            remember(number, rest);
        } else if (name.equals("VF BAR") && number >= 0 && number < 6 && rest.contains("]: ")) {
            remember(Resource.FIRST_VF + number, rest);
        }
    }

    private void remember(int index, String rest) {
        Optional<ResourceText> text = ResourceText.find(rest, 0);
        if (text.isEmpty() || text.get().size() == 0 || index > Resource.LAST_VF) {
            return;
        }
        ResourceKind kind =
                index == Resource.ROM ? ResourceKind.ROM : text.get().barKind();
        bars.put(index, new KernelLog.SizedKind(kind, text.get().size()));
    }

    private void acceptWindow(String rest) {
        Optional<ResourceText> text = ResourceText.find(rest, 0);
        if (text.isEmpty()) {
            return;
        }
        int index = text.get().windowIndex();
        windowsSeen.add(index);
        boolean placed = rest.endsWith("]: assigned") || rest.startsWith("assigned ") || rest.endsWith("]");
        if (rest.contains("failed to assign") || rest.endsWith("]: releasing")) {
            lostWindows.put(index, text.get().size());
        } else if (placed && text.get().range().isPresent() && !rest.contains(" to [bus")) {
            lostWindows.remove(index);
        }
    }

    KernelLog.FunctionTrace soFar() {
        return new KernelLog.FunctionTrace(discovered, type, bars, List.copyOf(windowsSeen), lostWindows, aligned);
    }
}
