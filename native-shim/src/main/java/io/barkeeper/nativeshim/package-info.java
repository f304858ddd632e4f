/** What the JDK lacks of Linux: netlink, attribute files with errno, exclusive opens, flock, sd_notify, accounts. */
@NullMarked
package io.barkeeper.nativeshim;

import org.jspecify.annotations.NullMarked;
