/**
 * Interception rules, the wall, the lease policies and policy routing, as a model and as what the
 * kernel is told.
 */
@NullMarked
package io.finward.nat;

import org.jspecify.annotations.NullMarked;
