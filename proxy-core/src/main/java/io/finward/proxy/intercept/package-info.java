/** The doors of intercepted connections: accept, learn the original destination, refuse loops. */
@NullMarked
package io.finward.proxy.intercept;

import org.jspecify.annotations.NullMarked;
