/**
 * Who the client is: what the doors ask when a rule wants to know the user. How passwords are kept
 * and checked is the business of whoever implements {@link io.finward.proxy.user.Authenticator}.
 */
@NullMarked
package io.finward.proxy.user;

import org.jspecify.annotations.NullMarked;
