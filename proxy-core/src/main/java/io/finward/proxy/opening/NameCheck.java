package io.finward.proxy.opening;

import java.net.InetAddress;
import java.util.function.Consumer;

/** Tells whether names belong to addresses, on one loop, within a bounded time. */
@FunctionalInterface
public interface NameCheck {
  /**
   * Asks about a name.
   *
   * @param told exactly once, on the loop, possibly within this call
   */
  void verify(String name, InetAddress address, Consumer<Boolean> told);
}
