/** Files that are read again when they have changed, off the event loops. */
@NullMarked
package io.finward.proxy.file;

import org.jspecify.annotations.NullMarked;
