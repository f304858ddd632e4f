package io.barkeeper.vm;

import io.barkeeper.lab.MachineSpec;
import io.barkeeper.lab.MachineSpec.HotPlug;
import org.junit.jupiter.api.Tag;

/**
 * The main job where ACPI handles hot-plug, as on QEMU's machines by default: there a slot with a card in it says that it is empty,
 * and nobody who is taken out may pass for pulled out.
 */
@Tag("thorough")
class AcpiSwitchIT extends SwitchIT {
    @Override
    protected MachineSpec machine() {
        return super.machine().hotPlug(HotPlug.ACPI);
    }
}
