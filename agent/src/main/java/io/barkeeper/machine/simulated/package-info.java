/** A machine that is a topology and a kernel model, with simulated users and faults. */
@NullMarked
package io.barkeeper.machine.simulated;

import org.jspecify.annotations.NullMarked;
