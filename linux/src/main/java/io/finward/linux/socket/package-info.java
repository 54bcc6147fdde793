/**
 * TCP sockets of our own on Netty's event loops: accept, connect, recv, send, splice, shutdown and
 * reset, edge-triggered. They exist because no stock Netty 4.2 epoll channel survives a half-close.
 * Everything here belongs to one event loop and is used only there.
 */
@NullMarked
package io.finward.linux.socket;

import org.jspecify.annotations.NullMarked;
