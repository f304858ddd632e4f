package io.barkeeper.snapshot.paste;

import io.barkeeper.pci.ConfigSpace;
import io.barkeeper.pci.PciAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that a paste says of one function.
 *
 * @param listed by {@code lspci}
 * @param logged by the kernel
 * @param logIsNewer the log shows something that {@code lspci} does not know yet: what it says after the boot is the last
 *     word
 */
record Evidence(
        PciAddress address,
        @Nullable LspciFunction listed,
        @Nullable LoggedFunction logged,
        boolean logIsNewer) {

    Optional<LspciFunction> lspci() {
        return Optional.ofNullable(listed);
    }

    Optional<LoggedFunction> log() {
        return Optional.ofNullable(logged);
    }

    Optional<ConfigSpace> dump() {
        return lspci().flatMap(f -> f.dump);
    }

    Optional<LspciFunction.Region> region(int index) {
        return lspci().flatMap(f -> Optional.ofNullable(f.regions.get(index)));
    }

    Optional<LspciFunction.WindowLine> window(int index) {
        return lspci().flatMap(f -> Optional.ofNullable(f.windows.get(index)));
    }

    Optional<LoggedFunction.Spot> spot(int index) {
        return log().flatMap(f -> Optional.ofNullable(f.spots.get(index)));
    }

    /** The log's word on a row, where it counts: {@code lspci} is silent on it, or older. */
    Optional<LoggedFunction.Spot> decisive(int index) {
        boolean shown = region(index).isPresent() || window(index).isPresent();
        return spot(index).filter(s -> !shown || (logIsNewer && s.late()));
    }

    /** Bytes for which the log last says that a row found no room. */
    Optional<Long> refusal(int index) {
        return log().flatMap(f -> Optional.ofNullable(f.refusals.get(index))).map(LoggedFunction.Refusal::size);
    }

    boolean isBridge() {
        return lspci().map(f -> f.bridge).orElse(false)
                || log().map(f -> f.bridge).orElse(false)
                || dump().map(ConfigSpace::isBridge).orElse(false);
    }
}
