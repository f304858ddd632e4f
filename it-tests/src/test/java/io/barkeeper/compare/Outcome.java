package io.barkeeper.compare;

/**
 * What one way made of one machine, in functions.
 *
 * @param newcomers that did not work after the hot-add
 * @param recovered of these, how many work in the end
 * @param collateral neighbours that the hot-add itself broke
 * @param repaired of these, how many work in the end
 * @param harmed neighbours that worked after the hot-add and do not in the end
 * @param tornOut endpoints in use that were removed under their users
 * @param disturbed working endpoints that were taken out
 */
record Outcome(int newcomers, int recovered, int collateral, int repaired, int harmed, int tornOut, int disturbed) {

    static final Outcome NONE = new Outcome(0, 0, 0, 0, 0, 0, 0);

    /** Nobody lost anything by it: neither a resource nor, while in use, the device itself. */
    boolean isHarmless() {
        return harmed == 0 && tornOut == 0;
    }

    /** What it made work, newcomers and collateral alike. */
    int gained() {
        return recovered + repaired;
    }

    Outcome plus(Outcome other) {
        return new Outcome(
                newcomers + other.newcomers,
                recovered + other.recovered,
                collateral + other.collateral,
                repaired + other.repaired,
                harmed + other.harmed,
                tornOut + other.tornOut,
                disturbed + other.disturbed);
    }
}
