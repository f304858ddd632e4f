/** The kernel's uevents: parsing, trust in the sender, and waiting until a burst is over. */
@NullMarked
package io.barkeeper.hotplug;

import org.jspecify.annotations.NullMarked;
