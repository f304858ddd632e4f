/** Texts that a kernel prints and the JSON form of a machine, to and from a {@code Topology}. Pure: no I/O, no clock. */
@NullMarked
package io.barkeeper.snapshot;

import org.jspecify.annotations.NullMarked;
