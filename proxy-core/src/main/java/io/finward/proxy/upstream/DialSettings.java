package io.finward.proxy.upstream;

/**
 * What all upstream sockets have in common.
 *
 * @param mark SO_MARK; 0 for none. Needs CAP_NET_ADMIN or CAP_NET_RAW
 * @param kernelPorts whether the kernel chooses the ports of connections from a client's address:
 *     where conntrack has no entries of them, it cannot take one for the client's own connection
 */
public record DialSettings(int mark, boolean kernelPorts) {}
