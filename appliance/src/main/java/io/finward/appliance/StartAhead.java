package io.finward.appliance;

import io.finward.linux.libc.Libc;
import io.netty.channel.epoll.Epoll;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What every start of an instance needs and takes long to load, begun on other threads while the
 * arguments and the configuration are read. Whoever needs it first waits for it in the class
 * loader; a failure is met there as well, and told.
 */
final class StartAhead {
  private static final List<Runnable> PARTS =
      List.of(Libc::gettid, Epoll::isAvailable, ManagementFactory::getPlatformMBeanServer);

  private StartAhead() {}

  static void begin() {
    for (Runnable part : PARTS) {
      Thread.ofPlatform().daemon().name("start-ahead").start(part);
    }
  }
}
