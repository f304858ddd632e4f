@NullMarked
package io.barkeeper.hotplug;

import org.jspecify.annotations.NullMarked;
