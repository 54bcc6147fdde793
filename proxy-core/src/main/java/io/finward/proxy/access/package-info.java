/**
 * Who may go where: the rules of {@code access}, asked once for every session or request, and once
 * more with the address that is about to be dialled.
 */
@NullMarked
package io.finward.proxy.access;

import org.jspecify.annotations.NullMarked;
