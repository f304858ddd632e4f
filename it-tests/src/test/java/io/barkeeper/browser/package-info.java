/** The page of {@code barkeeper map --html} as a browser shows it. */
@NullMarked
package io.barkeeper.browser;

import org.jspecify.annotations.NullMarked;
