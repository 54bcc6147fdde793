/** How the connection towards the original destination is begun. */
@NullMarked
package io.finward.proxy.upstream;

import org.jspecify.annotations.NullMarked;
