@NullMarked
package io.barkeeper.config;

import org.jspecify.annotations.NullMarked;
