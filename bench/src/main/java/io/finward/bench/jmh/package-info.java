/** JMH benchmarks of the parts that run for each connection or each kernel message. */
@NullMarked
package io.finward.bench.jmh;

import org.jspecify.annotations.NullMarked;
