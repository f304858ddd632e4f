/** The configuration file: reading it, every mistake in it at once, and its defaults. */
@NullMarked
package io.barkeeper.config;

import org.jspecify.annotations.NullMarked;
