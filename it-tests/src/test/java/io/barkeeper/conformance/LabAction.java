package io.barkeeper.conformance;

import java.util.List;

/**
 * One action as the lab carries it out.
 *
 * @param text what the model is asked, in the words of {@code barkeeper simulate}; a hot-plug ends in {@code @}, since
 *     the device comes from {@code plug}
 * @param script what the guest's shell runs, empty for none
 * @param plug devices that QEMU is given, in this order
 * @param unplug QEMU's identifier of the device that must be gone before the action is over, empty for none
 * @param ask whether QEMU is asked to take that device away; otherwise the script does
 * @param slot QEMU's name of the bus concerned by a plug or unplug, empty for none
 * @param arrival where function 0 must appear, {@code 0000:03:00.0}; empty for none
 */
record LabAction(
        String text, String script, List<String> plug, String unplug, boolean ask, String slot, String arrival) {

    static LabAction script(String text, String script) {
        return new LabAction(text, script, List.of(), "", false, "", "");
    }
}
