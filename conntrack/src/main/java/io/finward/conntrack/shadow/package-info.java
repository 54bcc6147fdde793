/**
 * The shadow table: Finward's own memory of flows, which outlives the kernel's. One shard an event
 * loop, used by that loop alone. Every flow, live or parked, is a compact record found by either of
 * its tuples; a live one also has a {@link io.finward.conntrack.shadow.Flow} that its session
 * holds. Flows that have ended are in a log of limited size beside the table, found in the same
 * way.
 */
@NullMarked
package io.finward.conntrack.shadow;

import org.jspecify.annotations.NullMarked;
