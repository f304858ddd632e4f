/** Transactions that are cut off on real kernels, and endurance: the parts of {@code scripts/torture} that need guests. */
@NullMarked
package io.barkeeper.torture;

import org.jspecify.annotations.NullMarked;
