/** Who may be moved, and why not. Pure. */
@NullMarked
package io.barkeeper.policy;

import org.jspecify.annotations.NullMarked;
