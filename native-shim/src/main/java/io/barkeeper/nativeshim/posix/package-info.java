/**
 * Accounts, terminals, ownership and the umask, by jnr-posix.
 *
 * <p>Nothing of jnr-posix is loaded before the first call of a method here. Start the JVM with
 * {@code -Djnr.ffi.asm.enabled=false}: it spares 13 MiB, and the few calls need no speed.
 */
@NullMarked
package io.barkeeper.nativeshim.posix;

import org.jspecify.annotations.NullMarked;
