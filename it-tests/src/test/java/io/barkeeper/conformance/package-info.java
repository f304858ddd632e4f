/**
 * The kernel model held against real kernels: random machines, random actions, and for each action a comparison of what the
 * model predicts with what the guest's own sysfs shows afterwards.
 */
@NullMarked
package io.barkeeper.conformance;

import org.jspecify.annotations.NullMarked;
