/** Machines that tests of several packages share. */
@NullMarked
package io.barkeeper.testing;

import org.jspecify.annotations.NullMarked;
