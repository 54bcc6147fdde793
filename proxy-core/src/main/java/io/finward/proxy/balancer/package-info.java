/**
 * Connections from load balancers: their PROXY header is read before their session begins, so that
 * rules, limits, logs and counts see the client from the start.
 */
@NullMarked
package io.finward.proxy.balancer;

import org.jspecify.annotations.NullMarked;
