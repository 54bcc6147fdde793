/**
 * Rescue: a late packet has met the wall, its flow is asked of the shadow table, its entry is made
 * again in the kernel's, and the sender's retransmission is translated. Everything here lives on
 * the conntrack loop; only the question goes to the shards' loops.
 */
@NullMarked
package io.finward.conntrack.rescue;

import org.jspecify.annotations.NullMarked;
