package io.finward.conntrack.client;

import io.finward.conntrack.codec.EntryCodec;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.NewEntry;
import io.finward.conntrack.message.TcpInfo;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.DecodeException;
import io.finward.linux.netlink.NetlinkListener;
import io.finward.linux.netlink.NetlinkMessage;
import io.finward.linux.netlink.NetlinkReply;
import io.finward.linux.netlink.NetlinkRequest;
import io.finward.linux.netlink.NetlinkSettings;
import io.finward.linux.netlink.NetlinkSettings.Overrun;
import io.finward.linux.netlink.NetlinkSocket;
import io.finward.linux.netlink.Nfnetlink;
import io.netty.channel.IoEventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ctnetlink: the kernel's table of flows. Any thread may ask; answers and events come on the loop.
 *
 * <p>Two sockets, so that a flood of events cannot push an answer out of the buffer. Needs
 * CAP_NET_ADMIN in the network namespace of the loop's thread.
 */
public final class ConntrackClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConntrackClient.class);
  private static final int IPCTNL_MSG_CT_NEW = 0;
  private static final int IPCTNL_MSG_CT_GET = 1;
  private static final int IPCTNL_MSG_CT_DELETE = 2;
  private static final int IPCTNL_MSG_CT_GET_STATS = 5;
  private static final int NFNLGRP_CONNTRACK_DESTROY = 3;
  private static final int CTA_STATS_GLOBAL_ENTRIES = 1;
  private static final int CTA_STATS_GLOBAL_MAX_ENTRIES = 2;

  /** Charged 1.28 KB each, this holds about 13,000 events while the loop is busy. */
  private static final int EVENT_BUFFER = 16 << 20;

  private final NetlinkSocket requests;
  private final NetlinkSocket events;
  private final AtomicLong undecodable;

  private ConntrackClient(NetlinkSocket requests, NetlinkSocket events, AtomicLong undecodable) {
    this.requests = requests;
    this.events = events;
    this.undecodable = undecodable;
  }

  /** Which of an entry's two tuples names it. */
  public enum Direction {
    ORIGINAL,
    REPLY
  }

  /**
   * Opens the sockets in the network namespace of the loop's thread.
   *
   * @return fails with {@link io.finward.linux.libc.KernelException} when the kernel refuses
   */
  public static CompletableFuture<ConntrackClient> open(
      IoEventLoop loop, ConntrackListener listener) {
    NetlinkSettings plain = NetlinkSettings.of(NetlinkSettings.NETLINK_NETFILTER);
    NetlinkSettings reliable =
        plain
            .withGroups(NFNLGRP_CONNTRACK_DESTROY)
            .withReceiveBuffer(EVENT_BUFFER)
            .withOverrun(Overrun.REPORT_AND_RETRY)
            .withFilter(DestroyFilter.PROGRAM);
    AtomicLong undecodable = new AtomicLong();
    return NetlinkSocket.open(loop, plain, NetlinkListener.none())
        .thenCompose(requests -> {
          Events receiver = new Events(requests.portId(), listener, undecodable);
          return NetlinkSocket.open(loop, reliable, receiver)
              .thenApply(events -> new ConntrackClient(requests, events, undecodable))
              .whenComplete((_, failed) -> {
                if (failed != null) {
                  requests.close();
                }
              });
        });
  }

  /** The entry of a tuple; null when there is none. */
  public CompletableFuture<@Nullable ConntrackEntry> get(Direction direction, Tuple tuple) {
    AttributeWriter body = Nfnetlink.body(tuple.family(), 0);
    EntryCodec.encodeKey(body, tuple, direction == Direction.REPLY);
    return requests.request(request(IPCTNL_MSG_CT_GET, 0, body)).thenApply(this::only);
  }

  /** Makes an entry with its NAT; never changes one that is there. */
  public CompletableFuture<Outcome> create(NewEntry entry) {
    AttributeWriter body = Nfnetlink.body(entry.original().family(), 0);
    EntryCodec.encode(body, entry);
    int flags = NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL;
    return outcome(request(IPCTNL_MSG_CT_NEW, flags, body));
  }

  /** Changes how long an entry lasts without a packet. */
  public CompletableFuture<Outcome> renew(Tuple original, int timeoutSeconds) {
    return change(original, null, timeoutSeconds);
  }

  /** Changes an entry's TCP state, both directions liberal, and how long it lasts. */
  public CompletableFuture<Outcome> rewrite(Tuple original, TcpState state, int timeoutSeconds) {
    return change(original, TcpInfo.liberal(state), timeoutSeconds);
  }

  /** Deletes the entry of a tuple. */
  public CompletableFuture<Outcome> delete(Tuple original) {
    AttributeWriter body = Nfnetlink.body(original.family(), 0);
    EntryCodec.encodeKey(body, original, false);
    return outcome(request(IPCTNL_MSG_CT_DELETE, 0, body));
  }

  /**
   * Reads the table, both families. Filtered by status only: CTA_FILTER's IPv6 address match is
   * inverted in 6.18, so addresses are the caller's to compare.
   *
   * @param status IPS_... bits that must all be set; 0 for every entry
   * @param each called on the loop
   */
  public CompletableFuture<NetlinkReply> dump(int status, Consumer<ConntrackEntry> each) {
    AttributeWriter body = Nfnetlink.body(0, 0);
    if (status != 0) {
      EntryCodec.encodeStatusFilter(body, status);
    }
    return requests.dump(
        request(IPCTNL_MSG_CT_GET, 0, body),
        message -> {
          ConntrackEntry entry = decode(message, undecodable);
          if (entry != null) {
            each.accept(entry);
          }
        });
  }

  /** How full the table is; null when the kernel does not say. */
  public CompletableFuture<@Nullable TableStats> stats() {
    NetlinkRequest request = request(IPCTNL_MSG_CT_GET_STATS, 0, Nfnetlink.body(0, 0));
    return requests
        .request(request)
        .thenApply(reply -> {
          if (!(reply instanceof NetlinkReply.Done done) || done.messages().isEmpty()) {
            return null;
          }
          long entries = 0;
          long max = 0;
          AttributeCursor cursor = done.messages().getFirst().attributes(Nfnetlink.HEADER);
          while (cursor.next()) {
            switch (cursor.type()) {
              case CTA_STATS_GLOBAL_ENTRIES -> entries = Integer.toUnsignedLong(cursor.u32be());
              case CTA_STATS_GLOBAL_MAX_ENTRIES -> max = Integer.toUnsignedLong(cursor.u32be());
              default -> {}
            }
          }
          return new TableStats(entries, max);
        });
  }

  /** Messages that could not be read, so far. */
  public long undecodable() {
    return undecodable.get();
  }

  /** The loop that owns the sockets. */
  public IoEventLoop loop() {
    return requests.loop();
  }

  @Override
  public void close() {
    events.close();
    requests.close();
  }

  private CompletableFuture<Outcome> change(
      Tuple original, @Nullable TcpInfo tcp, int timeoutSeconds) {
    AttributeWriter body = Nfnetlink.body(original.family(), 0);
    EntryCodec.encodeKey(body, original, false);
    EntryCodec.encodeChange(body, tcp, timeoutSeconds);
    return outcome(request(IPCTNL_MSG_CT_NEW, 0, body));
  }

  private CompletableFuture<Outcome> outcome(NetlinkRequest request) {
    return requests.request(request).thenApply(Outcome::of);
  }

  private @Nullable ConntrackEntry only(NetlinkReply reply) {
    return reply instanceof NetlinkReply.Done done && !done.messages().isEmpty()
        ? decode(done.messages().getFirst(), undecodable)
        : null;
  }

  private static NetlinkRequest request(int message, int flags, AttributeWriter body) {
    return NetlinkRequest.of(Nfnetlink.type(Nfnetlink.CTNETLINK, message), flags, body);
  }

  private static @Nullable ConntrackEntry decode(NetlinkMessage message, AtomicLong undecodable) {
    try {
      return EntryCodec.decode(message.attributes(Nfnetlink.HEADER));
    } catch (DecodeException e) {
      undecodable.incrementAndGet();
      log.debug("ctnetlink: {}", e.getMessage());
      return null;
    }
  }

  private record Events(int ownPort, ConntrackListener listener, AtomicLong undecodable)
      implements NetlinkListener {
    @Override
    public void onMessage(NetlinkMessage message) {
      ConntrackEntry entry = decode(message, undecodable);
      if (entry != null) {
        listener.onDestroy(entry, message.portId() != 0, message.portId() == ownPort);
      }
    }

    @Override
    public void onOverrun() {
      listener.onLost();
    }
  }
}
