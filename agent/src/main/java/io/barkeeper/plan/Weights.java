package io.barkeeper.plan;

import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceKind;
import io.barkeeper.pci.Topology;

/**
 * What it costs to take one function out for a moment: what it carries, times how long it is away.
 *
 * <p>What it carries follows its class, and grows with each disk and interface that hangs on it. How long it is away is
 * the measured time of its driver; large BARs add to it, since a hypervisor maps them anew each time decoding is
 * switched (1.8 s were seen for 128 GiB). The scale: 100 is a disk controller with one disk that is away for a second.
 */
final class Weights {

    private static final long BRIDGE = 1;
    private static final long WITHOUT_DRIVER = 5;
    private static final long OTHER = 40;
    private static final long EACH_FURTHER_USER = 10;
    private static final int GIBIBYTE_SHIFT = 30;
    private static final long TOGGLE_MILLIS_PER_GIBIBYTE = 14;
    private static final long TOGGLES = 2;
    private static final long MILLIS = 1000;

    private final Preferences preferences;
    private final Topology topology;

    Weights(PlanRequest request) {
        preferences = request.preferences();
        topology = request.topology();
    }

    /** At least 1. */
    long of(PciFunction function) {
        if (function.isBridge()) {
            return BRIDGE;
        }
        long away = preferences.outageMillis(function) + toggleMillis(function);
        return Math.max(1, carried(function) * preferences.factor(topology, function) * away / MILLIS);
    }

    private static long carried(PciFunction function) {
        if (function.driver().isEmpty()) {
            return WITHOUT_DRIVER;
        }
        return byClass(function)
                + EACH_FURTHER_USER * Math.max(0, function.attachments().size() - 1);
    }

    /** By class, PCI Code and ID Assignment 1.16, 1. */
    static long byClass(PciFunction function) {
        return switch (function.classCode() >>> 16) {
            case 0x01 -> 100; // mass storage
            case 0x02 -> 60; // network
            case 0x03, 0x12 -> 80; // display, processing accelerator
            default -> OTHER;
        };
    }

    private static long toggleMillis(PciFunction function) {
        long gibibytes = 0;
        for (Resource resource : function.resources()) {
            ResourceKind kind = resource.kind();
            if (resource.isStandardBar() && !kind.isIo() && resource.isAssigned()) {
                gibibytes += resource.size().orElse(0) >>> GIBIBYTE_SHIFT;
            }
        }
        return gibibytes * TOGGLE_MILLIS_PER_GIBIBYTE * TOGGLES;
    }
}
