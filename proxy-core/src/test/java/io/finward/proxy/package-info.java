/** Tests of the proxy as a whole, over real sockets. */
@NullMarked
package io.finward.proxy;

import org.jspecify.annotations.NullMarked;
