@NullMarked
package io.barkeeper.cli.html;

import org.jspecify.annotations.NullMarked;
