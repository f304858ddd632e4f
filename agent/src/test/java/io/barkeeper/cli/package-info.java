/** Tests of the command line, in this process. */
@NullMarked
package io.barkeeper.cli;

import org.jspecify.annotations.NullMarked;
