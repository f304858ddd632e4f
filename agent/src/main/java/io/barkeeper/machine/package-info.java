/** The port to a machine: observe it, ask who uses a device, carry out one effect. */
@NullMarked
package io.barkeeper.machine;

import org.jspecify.annotations.NullMarked;
