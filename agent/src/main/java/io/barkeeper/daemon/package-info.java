/** The composition root: the only place where adapters are made and put together. */
@NullMarked
package io.barkeeper.daemon;

import org.jspecify.annotations.NullMarked;
