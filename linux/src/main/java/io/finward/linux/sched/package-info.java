/** How the kernel schedules our threads. */
@NullMarked
package io.finward.linux.sched;

import org.jspecify.annotations.NullMarked;
