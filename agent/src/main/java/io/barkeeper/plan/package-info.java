/** The search for the cheapest proven way to place everything, or for the reason that there is none. Pure. */
@NullMarked
package io.barkeeper.plan;

import org.jspecify.annotations.NullMarked;
