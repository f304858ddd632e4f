/** A whole Debian guest: systemd as its first process, the package installed by apt, hardware that comes and goes. */
@NullMarked
package io.barkeeper.guest;

import org.jspecify.annotations.NullMarked;
