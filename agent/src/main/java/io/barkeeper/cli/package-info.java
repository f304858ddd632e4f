/** The command {@code barkeeper}: one class for each verb, fetching apart from rendering. */
@NullMarked
package io.barkeeper.cli;

import org.jspecify.annotations.NullMarked;
