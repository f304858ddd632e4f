/** What people paste: {@code lspci}, {@code /proc/iomem} and the kernel log, in any mixture, made into a topology. */
@NullMarked
package io.barkeeper.snapshot.paste;

import org.jspecify.annotations.NullMarked;
