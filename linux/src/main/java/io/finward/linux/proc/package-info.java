/** Files under /proc, which are no files: how to read them right. */
@NullMarked
package io.finward.linux.proc;

import org.jspecify.annotations.NullMarked;
