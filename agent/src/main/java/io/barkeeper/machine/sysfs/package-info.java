/** The real machine, through sysfs and procfs below any root. */
@NullMarked
package io.barkeeper.machine.sysfs;

import org.jspecify.annotations.NullMarked;
