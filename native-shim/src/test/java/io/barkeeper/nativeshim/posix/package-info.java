@NullMarked
package io.barkeeper.nativeshim.posix;

import org.jspecify.annotations.NullMarked;
