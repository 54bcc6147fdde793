/**
 * TLS towards parents: a client's end of it, over a socket of ours for tunnels and over a Netty
 * channel for HTTP, both on the same records.
 */
@NullMarked
package io.finward.proxy.tls;

import org.jspecify.annotations.NullMarked;
