/**
 * Netty's epoll, made safe for half-closed stock channels, and epoll's event bits that Netty has no
 * constants for.
 */
@NullMarked
package io.finward.linux.epoll;

import org.jspecify.annotations.NullMarked;
