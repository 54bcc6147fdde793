/**
 * What is to be intercepted and how it is to be guarded: records that are valid or do not exist.
 * Knows addresses, ports and marks; knows neither nft nor {@code ip}.
 */
@NullMarked
package io.finward.nat.rule;

import org.jspecify.annotations.NullMarked;
