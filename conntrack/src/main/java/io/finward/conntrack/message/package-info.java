/**
 * What nf_conntrack and NFLOG say, as records that read like the kernel's headers. No behaviour but
 * their own validation; the wire is {@code codec}'s.
 */
@NullMarked
package io.finward.conntrack.message;

import org.jspecify.annotations.NullMarked;
