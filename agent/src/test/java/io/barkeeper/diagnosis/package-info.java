/** Tests. */
@NullMarked
package io.barkeeper.diagnosis;

import org.jspecify.annotations.NullMarked;
