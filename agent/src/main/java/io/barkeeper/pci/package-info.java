/** The vocabulary: addresses, ranges, resources, functions and the tree they form. No I/O, no clock. */
@NullMarked
package io.barkeeper.pci;

import org.jspecify.annotations.NullMarked;
