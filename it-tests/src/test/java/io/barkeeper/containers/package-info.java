/**
 * The service as it is used: installed from its Debian package into a clean Debian, and watched by a Prometheus of Debian's. The
 * images are made here, of packages from the archive that apt already uses; no registry of images is asked.
 */
@NullMarked
package io.barkeeper.containers;

import org.jspecify.annotations.NullMarked;
