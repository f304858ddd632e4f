/**
 * What Linux will do: an executable model of its PCI resource assignment, release by release. Pure functions from a
 * {@link io.barkeeper.pci.Topology} and an {@link io.barkeeper.kernel.Action} to the next topology.
 */
@NullMarked
package io.barkeeper.kernel;

import org.jspecify.annotations.NullMarked;
