/** Tests of the rendering. */
@NullMarked
package io.barkeeper.cli.text;

import org.jspecify.annotations.NullMarked;
