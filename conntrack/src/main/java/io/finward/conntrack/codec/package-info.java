/**
 * The wire of ctnetlink and NFLOG: each type's decoding and encoding side by side, attributes in
 * the kernel's order, byte order explicit. Hostile input ends in {@link
 * io.finward.linux.netlink.DecodeException} and in nothing else.
 */
@NullMarked
package io.finward.conntrack.codec;

import org.jspecify.annotations.NullMarked;
