/**
 * What an intercepted client says first, seen without taking a byte: the ClientHello of TLS and the
 * head of an HTTP request are peeked at, the name in them is verified where a rule wants to know,
 * and then the rules decide whether the upstream connection begins.
 */
@NullMarked
package io.finward.proxy.opening;

import org.jspecify.annotations.NullMarked;
