/**
 * Speed, measured with JMH: what {@code scripts/bench} runs. Each {@link io.barkeeper.bench.Study} is one question with its
 * benchmarks and its own summary. Compiled and run in the Maven profile {@code benchmarks} only.
 */
@NullMarked
package io.barkeeper.bench;

import org.jspecify.annotations.NullMarked;
