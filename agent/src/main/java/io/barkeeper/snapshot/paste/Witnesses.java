package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings together what {@code lspci} and the kernel log say of the same function, and decides who is there.
 *
 * <p>A whole listing of {@code lspci} shows who is there. A function that the log found at boot and the listing lacks has
 * gone since, or was hidden; one that the log found later proves that the listing is older than the log. A listing of
 * single functions ({@code lspci -s}) proves nothing, and the log adds to it. What was in a slot that the log last saw
 * without power has gone as well, if the log is the newer one.
 */
final class Witnesses {

    private final Map<PciAddress, LspciFunction> listed;
    private final Map<PciAddress, LoggedFunction> logged;
    private final Gaps gaps;

    Witnesses(Map<PciAddress, LspciFunction> listed, Map<PciAddress, LoggedFunction> logged, Gaps gaps) {
        this.listed = listed;
        this.logged = logged;
        this.gaps = gaps;
    }

    /** Ascending by address. */
    List<Evidence> evidence() {
        boolean whole = isWholeListing();
        boolean logIsNewer = whole && logged.values().stream().anyMatch(f -> isNews(f) && f.discoveredLate);
        Map<PciAddress, Evidence> found = new TreeMap<>();
        for (LspciFunction function : listed.values()) {
            found.put(function.address, of(function.address, function, logIsNewer));
        }
        for (LoggedFunction function : logged.values()) {
            if (found.containsKey(function.address) || !isFunction(function)) {
                continue;
            }
            if (whole && !function.discoveredLate) {
                gaps.of(
                        function.address,
                        "BK-NOTE-GONE",
                        "the kernel log names it, lspci does not list it",
                        "it is taken to have gone");
                continue;
            }
            if (whole) {
                gaps.of(
                        function.address,
                        "BK-NOTE-ARRIVED",
                        "it arrived by the kernel log, and lspci does not list it",
                        "lspci is taken to be older: the log has the last word on what changed after the boot");
            }
            found.put(function.address, of(function.address, null, logIsNewer));
        }
        if (logIsNewer || listed.isEmpty()) {
            removePoweredOff(found);
        }
        return new ArrayList<>(found.values());
    }

    private Evidence of(PciAddress address, @Nullable LspciFunction function, boolean logIsNewer) {
        return new Evidence(address, function, logged.get(address), logIsNewer);
    }

    private boolean isNews(LoggedFunction function) {
        return !listed.containsKey(function.address) && isFunction(function);
    }

    /** A name in a driver's message is no function yet: something about its resources must be said. */
    private static boolean isFunction(LoggedFunction function) {
        return function.ids.isPresent() || function.bridge || !function.spots.isEmpty();
    }

    /** Every listed function hangs below a listed bridge, or on a bus whose first device is listed. */
    private boolean isWholeListing() {
        if (listed.size() < 2) {
            return false;
        }
        return listed.values().stream().allMatch(f -> {
            boolean below = listed.values().stream()
                    .anyMatch(b -> b.secondary.isPresent()
                            && b.address.domain() == f.address.domain()
                            && b.secondary.getAsInt() == f.address.bus());
            boolean onRoot = listed.keySet().stream()
                    .anyMatch(a -> a.domain() == f.address.domain() && a.bus() == f.address.bus() && a.device() == 0);
            return below || onRoot;
        });
    }

    private void removePoweredOff(Map<PciAddress, Evidence> found) {
        for (LoggedFunction port : logged.values()) {
            Evidence evidence = found.get(port.address);
            if (!port.poweredOff || evidence == null) {
                continue;
            }
            OptionalInt bus = FunctionAssembly.secondary(evidence);
            List<PciAddress> gone = found.keySet().stream()
                    .filter(a -> bus.isPresent() && a.domain() == port.address.domain() && a.bus() == bus.getAsInt())
                    .toList();
            for (PciAddress address : gone) {
                found.remove(address);
                gaps.of(
                        address,
                        "BK-NOTE-POWERED-OFF",
                        "the kernel log last says that the slot of " + port.address + " goes off",
                        "it is taken to have gone");
            }
        }
    }
}
