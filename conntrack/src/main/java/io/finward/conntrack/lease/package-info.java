/**
 * Leases by CTA_TIMEOUT: for entries that have no {@code ct timeout} policy, because the
 * administrator keeps their own rules or because ctnetlink made them.
 */
@NullMarked
package io.finward.conntrack.lease;

import org.jspecify.annotations.NullMarked;
