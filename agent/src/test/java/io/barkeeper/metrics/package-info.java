@NullMarked
package io.barkeeper.metrics;

import org.jspecify.annotations.NullMarked;
