package io.barkeeper.vm;

import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.MachineSpec.HotPlug;
import io.barkeeper.torture.Ambush;
import org.junit.jupiter.api.Tag;

/** A device is pulled out in the middle of a transaction where ACPI handles hot-plug. */
@Tag("thorough")
class AcpiVanishIT extends VanishIT {
    @Override
    protected MachineSpec machine() {
        return super.machine().hotPlug(HotPlug.ACPI);
    }

    @Override
    protected Ambush.Blow pullOut(String port, String device) {
        return Ambush.Blow.eject(device);
    }
}
