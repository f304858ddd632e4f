package io.barkeeper.hotplug;

/**
 * A datagram that is no uevent of the kernel.
 *
 * @param why one sentence without a full stop
 */
public record Malformed(String why) implements ParsedUevent {}
