/**
 * The kernel's connection tracker and its packet log, spoken to from an event loop. Answers are
 * values: what the kernel refuses is an outcome with a name, not an exception.
 */
@NullMarked
package io.finward.conntrack.client;

import org.jspecify.annotations.NullMarked;
