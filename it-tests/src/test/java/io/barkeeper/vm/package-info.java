/** Scenes: each boots a guest with a real kernel and tells one story. See {@link io.barkeeper.lab.Scene}. */
@NullMarked
package io.barkeeper.vm;

import org.jspecify.annotations.NullMarked;
