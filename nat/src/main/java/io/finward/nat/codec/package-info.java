/**
 * The rule model as nft text and as {@code ip} rules. The text is what {@code rules print} shows
 * and what the kernel is given: deterministic, commented, made for people who read rulesets.
 */
@NullMarked
package io.finward.nat.codec;

import org.jspecify.annotations.NullMarked;
