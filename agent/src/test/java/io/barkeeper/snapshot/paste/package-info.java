@NullMarked
package io.barkeeper.snapshot.paste;

import org.jspecify.annotations.NullMarked;
