/**
 * Counters and gauges: a Dropwizard registry for JMX, and the Prometheus text of the same. The only
 * package that knows Dropwizard.
 */
@NullMarked
package io.finward.appliance.metrics;

import org.jspecify.annotations.NullMarked;
