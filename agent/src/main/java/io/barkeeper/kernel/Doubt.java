package io.barkeeper.kernel;

import io.barkeeper.pci.PciAddress;

/**
 * Something that the model cannot know.
 *
 * @param address the function concerned
 * @param index its resource, or -1 when the function as a whole is meant
 * @param why for an operator, one sentence without a full stop
 */
public record Doubt(PciAddress address, int index, String why) {}
