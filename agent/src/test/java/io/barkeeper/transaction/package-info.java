/** Tests of transaction. */
@NullMarked
package io.barkeeper.transaction;

import org.jspecify.annotations.NullMarked;
