/**
 * The explicit door: clients are configured to use it, and name their destination in HTTP, CONNECT,
 * SOCKS5 or SOCKS4a, told apart by the first byte.
 */
@NullMarked
package io.finward.proxy.door;

import org.jspecify.annotations.NullMarked;
