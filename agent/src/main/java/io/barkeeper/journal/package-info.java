/** The write-ahead log on disk: append, read, checksums. No decisions. */
@NullMarked
package io.barkeeper.journal;

import org.jspecify.annotations.NullMarked;
