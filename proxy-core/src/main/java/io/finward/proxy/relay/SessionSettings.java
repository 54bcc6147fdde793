package io.finward.proxy.relay;

import io.finward.proxy.limit.Admission;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.upstream.DialSettings;

/**
 * What all sessions share.
 *
 * @param limits clocks and numbers
 * @param dialling how upstream sockets are made
 * @param pipesPerLoop how many 1 MiB pipes one loop may have; two descriptors each
 * @param stashBytesPerLoop what one loop's slow readers may keep in memory, in bytes
 * @param usedSocketsPerLoop how many upstream sockets one loop may keep for the next connection to
 *     the same server; a descriptor each
 * @param admission asked before a session begins
 * @param listener told of everything
 */
public record SessionSettings(
    ProxyLimits limits,
    DialSettings dialling,
    int pipesPerLoop,
    long stashBytesPerLoop,
    int usedSocketsPerLoop,
    Admission admission,
    SessionListener listener) {}
