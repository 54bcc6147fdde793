/**
 * What commands, JMX and metrics show of a running gateway, as small interfaces that wiring fills.
 */
@NullMarked
package io.finward.appliance.observe;

import org.jspecify.annotations.NullMarked;
