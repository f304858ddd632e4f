/** What holds for all packages together. */
@NullMarked
package io.barkeeper;

import org.jspecify.annotations.NullMarked;
