/** Signals that the process handles beside those that end it. */
@NullMarked
package io.finward.appliance.signal;

import org.jspecify.annotations.NullMarked;
