/** The control socket: server, protocol, authorisation, and the answers that the daemon and the CLI share. */
@NullMarked
package io.barkeeper.control;

import org.jspecify.annotations.NullMarked;
