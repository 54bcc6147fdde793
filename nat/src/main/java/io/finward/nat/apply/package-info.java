/**
 * Brings the kernel to what the rules say, and back: the nft table in one transaction, policy
 * routing, sysctls; looks whether it is still so; tells what is missing. Works in the network
 * namespace of the calling thread. Nobody else's tables, rules or routes are touched.
 */
@NullMarked
package io.finward.nat.apply;

import org.jspecify.annotations.NullMarked;
