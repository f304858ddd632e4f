/** The instruments: every series that the daemon publishes, and how full the windows are. */
@NullMarked
package io.barkeeper.metrics;

import org.jspecify.annotations.NullMarked;
