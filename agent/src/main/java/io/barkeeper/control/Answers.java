package io.barkeeper.control;

import com.google.gson.JsonObject;
import io.barkeeper.diagnosis.Diagnosis;
import io.barkeeper.diagnosis.Trouble;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.PciFunction;
import java.util.List;

/**
 * The answers to read-only questions, each one JSON object with its {@code schema}. The daemon and the CLI share them,
 * so a captured tree, a snapshot and a running daemon answer alike. Pure: the same view gives the same answer.
 */
public final class Answers {

    private Answers() {}

    /** {@code barkeeper.list/1}: devices with resources, driver, movability and troubles, ascending by address. */
    public static JsonObject list(View view) {
        return new DeviceList(view, troubles(view)).answer();
    }

    /** {@code barkeeper.map/1}: apertures, windows, BARs and gaps as they nest. */
    public static JsonObject map(View view) {
        return new AddressSpace(view).answer();
    }

    /** {@code barkeeper.check/1}: what is wrong, the worst first. */
    public static JsonObject check(View view) {
        return Check.answer(troubles(view));
    }

    /**
     * {@code barkeeper.explain/1}: why a device has no room, who stands in the way, and what would help.
     *
     * @throws Refusal when the kernel knows no such device
     */
    public static JsonObject explain(View view, PciAddress address) throws Refusal {
        return new Explanation(view, known(view, address), troubles(view)).answer();
    }

    private static List<Trouble> troubles(View view) {
        return Diagnosis.examine(view.topology(), view.history());
    }

    private static PciFunction known(View view, PciAddress address) throws Refusal {
        return view.topology()
                .find(address)
                .orElseThrow(() -> new Refusal(
                        "BK-NO-DEVICE",
                        Refusal.UNEXPECTED,
                        "the kernel knows no device at " + address + " among "
                                + view.topology().functions().size(),
                        "barkeeper list"));
    }
}
