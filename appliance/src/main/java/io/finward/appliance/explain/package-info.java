/**
 * The story of every session: what the proxy saw and did and when, what the kernel forgot, told as
 * a diagram also after the session's end. Owns the timelines, which live on the sessions' loops.
 */
@NullMarked
package io.finward.appliance.explain;

import org.jspecify.annotations.NullMarked;
