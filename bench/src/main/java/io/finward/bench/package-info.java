/** Benchmarks beside the peers, and JMH micro-benchmarks of the hot parts. */
@NullMarked
package io.finward.bench;

import org.jspecify.annotations.NullMarked;
