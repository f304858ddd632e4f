package io.barkeeper.hotplug;

/** What a datagram turned out to be. */
public sealed interface ParsedUevent permits Uevent, Malformed {}
