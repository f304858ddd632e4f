package io.barkeeper.config;

import io.barkeeper.pci.PciAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A {@code [[rule]]}: what its functions have in common, and whether they may be taken out while nobody holds them. A
 * criterion that is left out matches every function; a rule has at least one. Where several rules match, the last
 * decides.
 *
 * @param device the address of one function
 * @param vendor vendor number, 16 bits
 * @param deviceId device number, 16 bits, present with {@code vendor}
 * @param classCode the upper bits of the 24-bit class code, as far as {@code classMask} says
 * @param classMask 0xff0000, 0xffff00 or 0xffffff; 0 without a class
 * @param driver name of the bound driver
 * @param movable whether they may be taken out
 * @param why the administrator's own words, empty text without
 */
public record Rule(
        Optional<PciAddress> device,
        OptionalInt vendor,
        OptionalInt deviceId,
        int classCode,
        int classMask,
        Optional<String> driver,
        boolean movable,
        String why) {}
