/**
 * Puts the parts together in the right order and takes them apart again: the only place that knows
 * them all.
 */
@NullMarked
package io.finward.appliance.wiring;

import org.jspecify.annotations.NullMarked;
