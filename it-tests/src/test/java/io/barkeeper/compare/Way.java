package io.barkeeper.compare;

/** What is done about a device that found no room. */
enum Way {
    /** Nothing: what the kernel made of the hot-add. */
    KERNEL("the kernel alone"),
    /** Remove the bridge right above the device, rescan. */
    NEAREST_BRIDGE("script: nearest bridge"),
    /** The same, and where that was not enough remove the root port, rescan. */
    ROOT_PORT("script: then the root port"),
    BARKEEPER("Barkeeper");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
