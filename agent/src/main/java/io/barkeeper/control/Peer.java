package io.barkeeper.control;

/**
 * Who is at the other end of a connection.
 *
 * @param user its name, or its number where it has none; {@code tcp} for a connection that tells nobody
 * @param access what it may do
 * @param privileged root or the daemon's own user, who are never locked out by others
 */
public record Peer(String user, Access access, boolean privileged) {}
