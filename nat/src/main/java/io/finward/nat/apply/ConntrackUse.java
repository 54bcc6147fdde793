package io.finward.nat.apply;

import io.finward.linux.libc.KernelException;
import io.finward.linux.netlink.DecodeException;
import io.finward.linux.netlink.NetlinkRequest;
import io.finward.nat.codec.ConntrackRules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether rules of others in this network namespace ask conntrack for anything, now or, watched on
 * a thread of its own, from some moment on.
 */
public final class ConntrackUse implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConntrackUse.class);

  private final NetlinkPort notifications;
  private final Runnable begun;

  /** Closed while nothing is being done about it. */
  private boolean closed;

  private ConntrackUse(NetlinkPort notifications, Runnable begun) {
    this.notifications = notifications;
    this.begun = begun;
  }

  /**
   * Whether there are such rules. Where the kernel does not say, it is taken for granted; so it is
   * of tables of iptables-legacy, whose rules are not looked at.
   */
  public static boolean now() {
    if (LegacyTables.anyInUse()) {
      return true;
    }
    try (NetlinkPort port = NetlinkPort.open(NetlinkPort.NETLINK_NETFILTER)) {
      return othersAsk(port, "NFT_MSG_GETRULE", ConntrackRules.askForRules())
          || othersAsk(port, "NFT_MSG_GETSET", ConntrackRules.askForSets());
    } catch (KernelException e) {
      LOG.debug("the rules of others cannot be read", e);
      return true;
    }
  }

  private static boolean othersAsk(NetlinkPort port, String what, NetlinkRequest request)
      throws KernelException {
    return port.ask(what, request).stream().anyMatch(ConntrackRules::othersAsk);
  }

  /**
   * Watches until there are such rules, in the calling thread's network namespace.
   *
   * @param begun called once, on the watch's thread
   * @throws KernelException when the kernel refuses the netlink socket
   */
  public static ConntrackUse watch(Runnable begun) throws KernelException {
    ConntrackUse use =
        new ConntrackUse(
            NetlinkPort.listening(NetlinkPort.NETLINK_NETFILTER, NetlinkPort.NFNLGRP_NFTABLES),
            begun);
    Thread.ofPlatform().name("conntrack-use").daemon().start(use::watch);
    return use;
  }

  private void watch() {
    try (notifications) {
      boolean used = now();
      while (!used && !isClosed()) {
        used = told();
      }
    }
    tell();
  }

  /** Waits for a second at most. */
  private boolean told() {
    try {
      return notifications.messages().stream().anyMatch(ConntrackRules::othersAsk)
          || LegacyTables.anyInUse();
    } catch (KernelException | DecodeException e) {
      // ENOBUFS: something was lost.
      LOG.debug("notifications lost", e);
      return now();
    }
  }

  private synchronized void tell() {
    if (!closed) {
      closed = true;
      begun.run();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends, after what is being done about it: nobody is told any more. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
