@NullMarked
package io.barkeeper.nativeshim;

import org.jspecify.annotations.NullMarked;
