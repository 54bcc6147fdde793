/**
 * The access log: lines in Apache's {@code LogFormat} or JSON at a session's or an exchange's
 * begin, in between and at its end. Lines are made on the event loops and written by a thread for
 * each destination; a loop never waits for one.
 */
@NullMarked
package io.finward.appliance.accesslog;

import org.jspecify.annotations.NullMarked;
