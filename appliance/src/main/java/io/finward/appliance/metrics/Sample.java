package io.finward.appliance.metrics;

import java.util.Map;

/**
 * One value of a metric.
 *
 * @param labels in the order they are written; empty for a metric without
 */
record Sample(Map<String, String> labels, long value) {}
