/** Tests of journal. */
@NullMarked
package io.barkeeper.journal;

import org.jspecify.annotations.NullMarked;
