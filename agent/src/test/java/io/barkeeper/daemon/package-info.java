@NullMarked
package io.barkeeper.daemon;

import org.jspecify.annotations.NullMarked;
