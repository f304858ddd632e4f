package io.barkeeper.diagnosis;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.ResourceKind;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One thing that is wrong.
 *
 * @param address the function that suffers
 * @param index its resource, as the rows of {@code resource} count; -1 when bus numbers are missing, and for a warning
 * @param kind what the resource is; empty when bus numbers are missing
 * @param size bytes; empty when unknown
 * @param severity how bad it is
 * @param cause what happened to it
 * @param why for an operator, one sentence without a full stop, with numbers
 */
public record Trouble(
        PciAddress address,
        int index,
        Optional<ResourceKind> kind,
        OptionalLong size,
        Severity severity,
        Cause cause,
        String why) {

    /** How bad a trouble is; the names are the {@code class} of {@code barkeeper.check/1}. */
    public enum Severity {
        /** A required resource of a device has no address: it does not work. */
        FATAL,
        /** A device that worked lost something, or can no longer be reached. */
        COLLATERAL,
        /** Harm that the next hot-add would do. */
        WARNING,
        /** An optional resource is missing and nobody is hurt. */
        COSMETIC;

        /** The name in JSON and metrics. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What happened; the {@code cause} tag of the metrics. */
    public enum Cause {
        /** The kernel found no place for it. */
        NO_SPACE,
        /** It was assigned earlier in this boot and is not any more. */
        LOST,
        /** The kernel believes that a window is open which the registers keep closed. */
        CLOSED_IN_HARDWARE,
        /** Registers and sysfs name different ranges. */
        REGISTER_MISMATCH,
        /** No bus number was left. */
        NO_BUS,
        /** A hot-add would take it from a device that works. */
        WOULD_HARM;

        /** The name in JSON and metrics. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The name of the kind in JSON and metrics; {@code bus} when bus numbers are missing. */
    public String kindLabel() {
        return kind.map(ResourceKind::label).orElse("bus");
    }

    /** {@code check} exits 10 on it. */
    public boolean isHarm() {
        return severity == Severity.FATAL || severity == Severity.COLLATERAL;
    }
}
