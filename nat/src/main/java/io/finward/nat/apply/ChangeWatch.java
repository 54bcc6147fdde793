package io.finward.nat.apply;

import io.finward.linux.libc.KernelException;
import io.finward.linux.netlink.DecodeException;
import io.finward.linux.netlink.NetlinkMessage;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to one netlink family's notifications on a thread of its own. */
final class ChangeWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeWatch.class);

  private final NetlinkPort port;
  private final Predicate<NetlinkMessage> ours;
  private final Runnable changed;
  private final Thread thread;
  private volatile boolean open = true;

  private ChangeWatch(NetlinkPort port, Predicate<NetlinkMessage> ours, Runnable changed) {
    this.port = port;
    this.ours = ours;
    this.changed = changed;
    this.thread = Thread.ofPlatform().name("rules-watch").daemon().unstarted(this::watch);
  }

  /** Watches in the calling thread's network namespace. */
  static ChangeWatch start(
      int protocol, Predicate<NetlinkMessage> ours, Runnable changed, int... groups)
      throws KernelException {
    ChangeWatch watch = new ChangeWatch(NetlinkPort.listening(protocol, groups), ours, changed);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try (port) {
      while (open) {
        receive();
      }
    }
  }

  private void receive() {
    try {
      if (port.messages().stream().anyMatch(ours)) {
        changed.run();
      }
    } catch (KernelException | DecodeException e) {
      // ENOBUFS: something was lost, so something may have changed.
      LOG.debug("notifications lost", e);
      changed.run();
    }
  }

  @Override
  public void close() {
    open = false;
  }
}
