/**
 * The PROXY protocol (HAProxy's doc/proxy-protocol.txt, versions 1 and 2): the header before a
 * connection's first byte that tells whom the connection is for. Writes it, and reads it by Netty's
 * codec.
 */
@NullMarked
package io.finward.proxy.header;

import org.jspecify.annotations.NullMarked;
