/**
 * Where connections come in: listener settings, accepting sockets, and how an accepted connection's
 * original destination is learnt.
 */
@NullMarked
package io.finward.proxy.listen;

import org.jspecify.annotations.NullMarked;
