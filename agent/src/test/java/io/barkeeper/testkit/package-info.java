/** What tests share. */
@NullMarked
package io.barkeeper.testkit;

import org.jspecify.annotations.NullMarked;
