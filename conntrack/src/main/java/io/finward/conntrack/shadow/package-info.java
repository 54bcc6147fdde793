/**
 * The shadow table: what is remembered of flows when the kernel has forgotten them. One shard for
 * each event loop, owned by that loop.
 */
@NullMarked
package io.finward.conntrack.shadow;

import org.jspecify.annotations.NullMarked;
