package io.finward.proxy.relay;

import io.finward.proxy.limit.Admission;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.session.SessionListener;

/**
 * What all sessions share.
 *
 * @param limits clocks and numbers
 * @param upstreamMark SO_MARK of upstream sockets; 0 for none
 * @param pipesPerLoop how many 1 MiB pipes one loop may have; two descriptors each
 * @param stashBytesPerLoop what one loop's slow readers may keep in memory, in bytes
 * @param admission asked before a session begins
 * @param listener told of everything
 */
public record SessionSettings(
    ProxyLimits limits,
    int upstreamMark,
    int pipesPerLoop,
    long stashBytesPerLoop,
    Admission admission,
    SessionListener listener) {}
