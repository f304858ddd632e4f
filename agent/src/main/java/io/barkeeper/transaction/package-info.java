/** A plan carried out: a pure state machine, the driver that runs its effects on a machine and writes the journal, and the recovery of what was left unfinished. */
@NullMarked
package io.barkeeper.transaction;

import org.jspecify.annotations.NullMarked;
