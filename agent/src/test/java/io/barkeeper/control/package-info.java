/** Tests of the answers. */
@NullMarked
package io.barkeeper.control;

import org.jspecify.annotations.NullMarked;
