/**
 * The life of a session on its event loop, from accept to end: connecting, the tunnel, the clocks,
 * and what is told to the listener of sessions.
 */
@NullMarked
package io.finward.proxy.relay;

import org.jspecify.annotations.NullMarked;
