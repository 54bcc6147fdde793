package io.finward.proxy.intercept;

import io.finward.linux.socket.LocalAddressProbe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells whether a destination is one of our own listeners: connecting there would call ourselves
 * for ever. Whether an address is the gateway's own is asked of the kernel, and only for
 * destinations whose port is a listener's. Belongs to one event loop.
 */
final class LoopGuard {
  private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int REMEMBERED_ADDRESSES = 4096;

  private final List<InetSocketAddress> listeners;
  private final LocalAddressProbe probe;
  private final Map<InetAddress, Boolean> remembered = new HashMap<>();
  private long forgetAt;

  LoopGuard(List<InetSocketAddress> listeners, LocalAddressProbe probe) {
    this.listeners = List.copyOf(listeners);
    this.probe = probe;
  }

  boolean leadsBack(InetSocketAddress destination, long now) {
    for (InetSocketAddress listener : listeners) {
      if (listener.getPort() == destination.getPort()) {
        InetAddress bound = listener.getAddress();
        if (bound.isAnyLocalAddress()
            ? isLocal(destination.getAddress(), now)
            : bound.equals(destination.getAddress())) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isLocal(InetAddress address, long now) {
    if (now - forgetAt > 0 || remembered.size() >= REMEMBERED_ADDRESSES) {
      remembered.clear();
      forgetAt = now + REMEMBERED_NANOS;
    }
    return remembered.computeIfAbsent(address, probe::isLocal);
  }
}
