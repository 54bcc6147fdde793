/**
 * How the connection to a server is begun: to an intercepted connection's original destination, to
 * a name or address that a client of an explicit door asks for, or to a parent proxy on the way
 * there.
 */
@NullMarked
package io.finward.proxy.upstream;

import org.jspecify.annotations.NullMarked;
