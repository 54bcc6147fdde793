/**
 * One client connection, its upstream connection, and what happened to both: the session, its
 * states, its events, and the registry of those that live.
 */
@NullMarked
package io.finward.proxy.session;

import org.jspecify.annotations.NullMarked;
