/** Tests. */
@NullMarked
package io.barkeeper.policy;

import org.jspecify.annotations.NullMarked;
