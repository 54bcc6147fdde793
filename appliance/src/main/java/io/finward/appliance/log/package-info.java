/** How log lines look, and the line that every session's end writes. */
@NullMarked
package io.finward.appliance.log;

import org.jspecify.annotations.NullMarked;
