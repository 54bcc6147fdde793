/** The proxy as a whole: what starts and stops listeners and sessions. */
@NullMarked
package io.finward.proxy;

import org.jspecify.annotations.NullMarked;
