/**
 * Netlink: the transport on an event loop, and the reading and writing of its attributes. Knows the
 * framing that all families share and nfnetlink's; the messages themselves belong to their modules.
 */
@NullMarked
package io.finward.linux.netlink;

import org.jspecify.annotations.NullMarked;
