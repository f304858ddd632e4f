/** The map as one self-contained page. Pure: answers go in, the text of the page comes out. */
@NullMarked
package io.barkeeper.cli.html;

import org.jspecify.annotations.NullMarked;
