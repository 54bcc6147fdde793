/**
 * Two connected sockets and the bytes between them. TCP's meaning is kept exactly: each direction
 * ends on its own, a FIN is passed on after all bytes, a RST after the bytes that were delivered
 * before it, and a reader that stalls costs a bounded buffer.
 */
@NullMarked
package io.finward.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
