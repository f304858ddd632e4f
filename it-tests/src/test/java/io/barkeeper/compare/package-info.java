/**
 * Barkeeper beside what people do without it, on the same failing machines: the campaign behind {@code scripts/compare}.
 */
@NullMarked
package io.barkeeper.compare;

import org.jspecify.annotations.NullMarked;
