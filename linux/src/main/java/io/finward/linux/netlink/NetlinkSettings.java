package io.finward.linux.netlink;

import io.finward.linux.socket.SocketFilter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a netlink socket is set up.
 *
 * @param protocol NETLINK_NETFILTER or NETLINK_ROUTE
 * @param groups multicast groups by number (NFNLGRP_..., RTNLGRP_...)
 * @param receiveBuffer bytes; over net.core.rmem_max where CAP_NET_ADMIN allows (SO_RCVBUFFORCE)
 * @param overrun what the kernel does when the buffer is full
 * @param requestTimeout after which a request without an answer is {@link NetlinkReply.Lost}
 * @param filter of what comes; null to take all
 */
public record NetlinkSettings(
    int protocol,
    List<Integer> groups,
    int receiveBuffer,
    Overrun overrun,
    Duration requestTimeout,
    @Nullable SocketFilter filter) {

  /** NETLINK_ROUTE of linux/netlink.h. */
  public static final int NETLINK_ROUTE = 0;

  /** NETLINK_NETFILTER of linux/netlink.h. */
  public static final int NETLINK_NETFILTER = 12;

  /** What happens to messages for which the receive buffer has no room. */
  public enum Overrun {
    /** They are dropped and the next receive says ENOBUFS: {@link NetlinkListener#onOverrun}. */
    REPORT,
    /**
     * As REPORT, and the sender is told (NETLINK_BROADCAST_ERROR): ctnetlink keeps the DESTROY
     * event and delivers it later.
     */
    REPORT_AND_RETRY,
    /** They are dropped without a word (NETLINK_NO_ENOBUFS): for copies that will come again. */
    IGNORE
  }

  public NetlinkSettings {
    groups = List.copyOf(groups);
    if (receiveBuffer < 4096) {
      throw new IllegalArgumentException(
          "receive buffer of " + receiveBuffer + " bytes (expected: at least 4096)");
    }
    if (!requestTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "request timeout " + requestTimeout + " (expected: more than zero)");
    }
  }

  /** For requests: no groups, a megabyte of buffer, 5 seconds. */
  public static NetlinkSettings of(int protocol) {
    return new NetlinkSettings(
        protocol, List.of(), 1 << 20, Overrun.REPORT, Duration.ofSeconds(5), null);
  }

  /** The same with these multicast groups. */
  public NetlinkSettings withGroups(Integer... numbers) {
    return new NetlinkSettings(
        protocol, List.of(numbers), receiveBuffer, overrun, requestTimeout, filter);
  }

  /** The same with this receive buffer. */
  public NetlinkSettings withReceiveBuffer(int bytes) {
    return new NetlinkSettings(protocol, groups, bytes, overrun, requestTimeout, filter);
  }

  /** The same with this behaviour on overrun. */
  public NetlinkSettings withOverrun(Overrun behaviour) {
    return new NetlinkSettings(protocol, groups, receiveBuffer, behaviour, requestTimeout, filter);
  }

  /** The same with this filter. */
  public NetlinkSettings withFilter(SocketFilter program) {
    return new NetlinkSettings(protocol, groups, receiveBuffer, overrun, requestTimeout, program);
  }
}
