/** Whether the model is right about this machine: what the kernel did by itself between two looks, predicted and compared. */
@NullMarked
package io.barkeeper.kernel.trust;

import org.jspecify.annotations.NullMarked;
