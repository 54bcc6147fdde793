package io.finward.conntrack.client;

import io.finward.conntrack.codec.NflogCodec;
import io.finward.conntrack.message.LatePacket;
import io.finward.linux.libc.Errno;
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
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * NFLOG: the copies of packets that rules with {@code log group N} make. They come at once, one a
 * message; a copy for which there is no room is dropped, for TCP sends the packet again.
 */
public final class NflogClient implements AutoCloseable {
  private static final int NFULNL_MSG_PACKET = 0;
  private static final int NFULNL_MSG_CONFIG = 1;
  private static final int RECEIVE_BUFFER = 4 << 20;

  /** IPv6 with its extensions and TCP's header fit; a client's data need not be seen. */
  private static final int COPIED = 128;

  private final NetlinkSocket socket;
  private final AtomicLong undecodable;

  private NflogClient(NetlinkSocket socket, AtomicLong undecodable) {
    this.socket = socket;
    this.undecodable = undecodable;
  }

  /**
   * Binds a group in the network namespace of the loop's thread.
   *
   * @param each called on the loop with each TCP packet; must not block
   * @return fails with {@link io.finward.linux.libc.KernelException}; EBUSY when another process
   *     has the group
   */
  public static CompletableFuture<NflogClient> open(
      IoEventLoop loop, int group, Consumer<LatePacket> each) {
    AtomicLong undecodable = new AtomicLong();
    NetlinkSettings settings =
        NetlinkSettings.of(NetlinkSettings.NETLINK_NETFILTER)
            .withReceiveBuffer(RECEIVE_BUFFER)
            .withOverrun(Overrun.IGNORE);
    return NetlinkSocket.open(loop, settings, new Copies(each, undecodable))
        .thenCompose(socket ->
            bind(socket, group)
                .thenApply(_ -> new NflogClient(socket, undecodable))
                .whenComplete((_, failed) -> {
                  if (failed != null) {
                    socket.close();
                  }
                }));
  }

  /** Copies that were no TCP packets or could not be read, so far. */
  public long undecodable() {
    return undecodable.get();
  }

  @Override
  public void close() {
    socket.close();
  }

  private static CompletableFuture<Void> bind(NetlinkSocket socket, int group) {
    // Two messages, as libnetfilter_log does: the kernel reads the setup before the bind in one.
    AttributeWriter bind = Nfnetlink.body(0, group);
    NflogCodec.encodeBind(bind);
    return socket
        .request(config(bind))
        .thenAccept(reply -> check(reply, "bind NFLOG group " + group))
        .thenCompose(_ -> socket.request(setup(group, true)))
        .thenCompose(reply -> {
          // A kernel without NETFILTER_NETLINK_GLUE_CT has no entries to add: they are asked for.
          boolean withoutGlue =
              reply instanceof NetlinkReply.Refused refused && refused.errno() == Errno.EOPNOTSUPP;
          return withoutGlue
              ? socket.request(setup(group, false))
              : CompletableFuture.completedFuture(reply);
        })
        .thenAccept(reply -> check(reply, "set up NFLOG group " + group));
  }

  private static NetlinkRequest setup(int group, boolean entries) {
    AttributeWriter setup = Nfnetlink.body(0, group);
    NflogCodec.encodeSetup(setup, COPIED, entries);
    return config(setup);
  }

  private static NetlinkRequest config(AttributeWriter body) {
    return NetlinkRequest.of(Nfnetlink.type(Nfnetlink.ULOG, NFULNL_MSG_CONFIG), 0, body);
  }

  private static void check(NetlinkReply reply, String what) {
    try {
      var _ = reply.orThrow(what);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private record Copies(Consumer<LatePacket> each, AtomicLong undecodable)
      implements NetlinkListener {
    @Override
    public void onMessage(NetlinkMessage message) {
      if (message.type() != Nfnetlink.type(Nfnetlink.ULOG, NFULNL_MSG_PACKET)) {
        return;
      }
      LatePacket packet;
      try {
        packet = NflogCodec.decode(message.attributes(Nfnetlink.HEADER));
      } catch (DecodeException e) {
        undecodable.incrementAndGet();
        return;
      }
      each.accept(packet);
    }

    @Override
    public void onOverrun() {
      // Dropped copies are not told (NETLINK_NO_ENOBUFS); one too long to read is one of those.
      undecodable.incrementAndGet();
    }
  }
}
