/**
 * Real Debian kernels in QEMU: what a scene needs to boot a machine, plug hardware in, run the agent inside and read what the
 * guest itself says. Nothing here touches a PCI device of the machine that runs the tests.
 */
@NullMarked
package io.barkeeper.lab;

import org.jspecify.annotations.NullMarked;
