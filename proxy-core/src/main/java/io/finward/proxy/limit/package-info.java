/** The limits and clocks that bound what a session may cost. */
@NullMarked
package io.finward.proxy.limit;

import org.jspecify.annotations.NullMarked;
