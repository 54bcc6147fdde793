/** Finward's shadow of nf_conntrack: what the kernel forgets of a flow, this module remembers. */
@NullMarked
package io.finward.conntrack;

import org.jspecify.annotations.NullMarked;
