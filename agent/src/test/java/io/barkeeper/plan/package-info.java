/** Tests. */
@NullMarked
package io.barkeeper.plan;

import org.jspecify.annotations.NullMarked;
