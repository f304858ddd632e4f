package io.barkeeper.kernel;

/**
 * A family of kernel releases that place PCI resources by one algorithm ({@code drivers/pci/setup-bus.c} and its
 * neighbours). Each constant says what changed against the one before it; the questions below it are what the passes of
 * the model ask, so that a reader finds every difference between two releases in this file.
 */
public enum KernelGeneration {
    /** 6.1: the old size of a window is a floor, a resource that fails is wiped, windows are matched by exact type. */
    K61("6.1"),
    /** 6.10 to 6.14: a window that the bridges above cannot hold is sized with relaxed alignment. */
    K612("6.12"),
    /** 6.15, 6.16: ROMs are optional, optional resources are tried with the others and count as failures. */
    K616("6.16"),
    /** 6.16.12, 6.17: before the second round all resources get their remembered values back, failed ones too. */
    K617("6.17"),
    /** 6.18.0 to 6.18.9: one rule selects the window; a window that fails keeps its flags and, hidden, its size. */
    K618("6.18.0"),
    /** 6.18.15 and later: memory windows are sized as in 6.19, all else as in 6.18. */
    K618S("6.18.15"),
    /** 6.19: the old size of a memory window counts no more, its head may be misaligned; drivers_autoprobe is heard. */
    K619("6.19"),
    /** 7.0: a window that needs nothing is optional, and a big resource takes no part in the head alignment. */
    K70("7.0"),
    /** 7.1, 7.2: a window may start below its alignment with its odd part in front. */
    K71("7.1"),
    /** 7.3: optional space is the larger of the reserve and what the children ask for. */
    K73("7.3");

    private final String since;

    KernelGeneration(String since) {
        this.since = since;
    }

    /** The first release of the family that was checked. */
    public String since() {
        return since;
    }

    private boolean from(KernelGeneration other) {
        return compareTo(other) >= 0;
    }

    /**
     * A window that fails or is unused keeps its type bits and its size, and is marked unset or disabled
     * ({@code reset_resource()} since 6.18); before, its flags become 0.
     */
    boolean keepsFailedWindows() {
        return from(K618);
    }

    /** {@code pbus_select_window()} decides which window a resource belongs to; before, a triple of types. */
    boolean selectsWindow() {
        return from(K618);
    }

    /** A window without its type bits counts as absent when one is selected. */
    boolean skipsAbsentWindows() {
        return from(K619);
    }

    /** Required and optional resources are told apart while assigning ({@code pci_resource_is_optional()}). */
    boolean knowsOptional() {
        return from(K616);
    }

    /** {@code pbus_upstream_space_available()} exists. */
    boolean checksUpstream() {
        return from(K612) && !from(K618S);
    }

    /** The size that a memory window had is the least that it gets. */
    boolean oldMemorySizeIsFloor() {
        return !from(K618S);
    }

    /** {@code calculate_head_align()}: small members may lie before the first large one. */
    boolean alignsHead() {
        return from(K618S);
    }

    /** {@code pbus_size_io()} passes the required size where the sum of large resources belongs. */
    boolean countsRequiredIoTwice() {
        return from(K616);
    }

    /** A window of size 0 is an optional resource. */
    boolean emptyWindowsAreOptional() {
        return from(K70);
    }

    /** Only resources not larger than their alignment enter the head alignment; between 6.18.15 and 6.19 all do. */
    boolean filtersHeadAlignment() {
        return !from(K618S) || from(K70);
    }

    /** {@code pci_align_resource()} may move a start below the alignment. */
    boolean startsBelowAlignment() {
        return from(K71);
    }

    /** The reserve of a hot-plug bridge and the optional parts of its children are not added up. */
    boolean mergesReserve() {
        return from(K73);
    }

    /** Before the second round, only what the first had placed gets its remembered size back. */
    boolean restoresOnlyReleased() {
        return this == K616;
    }

    /** The optional pass drops unplaced required resources of deeper buses from its list. */
    boolean dropsOptionalOfDeeperBuses() {
        return from(K616) && !from(K70);
    }

    /** An optional entry that adds nothing but an alignment is put on the list and makes the window move. */
    boolean listsAlignmentOnly() {
        return from(K618S);
    }

    /** Distribution shrinks a window only by its optional part. */
    boolean shrinksOnlyOptionalPart() {
        return from(K70);
    }

    /** A bridge that lacks a window type is not read for it. */
    boolean skipsReadingAbsentWindows() {
        return from(K71);
    }

    /** ACPI hot-plug does not mark PCI Express upstream ports as hot-plug bridges. */
    boolean sparesUpstreamPortsInAcpi() {
        return from(K612);
    }

    /** The largest alignment that a memory window can hold is 1 MiB shifted by this, exclusive. */
    int alignmentOrders() {
        return from(K616) ? 28 : 24;
    }
}
