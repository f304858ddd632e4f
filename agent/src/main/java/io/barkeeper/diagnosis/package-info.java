/** What is wrong with a machine, how bad it is, and who stands in the way. Pure. */
@NullMarked
package io.barkeeper.diagnosis;

import org.jspecify.annotations.NullMarked;
