package io.finward.proxy.door;

import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.StreamSocket;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.http.Authority;
import io.finward.proxy.relay.OwnHeader;
import io.finward.proxy.relay.TunnelLegs;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.tls.TlsHandler;
import io.finward.proxy.upstream.Reached;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tunnel of a talk: the channels leave the loop, and the session relays their sockets from
 * then on. Nobody reads from the channels or their pipelines any more.
 */
final class Handover {
  private final ClientTalk talk;
  private final Exchange exchange;
  private final ByteBuf early;

  /**
   * Of a client that has sent some bytes already.
   *
   * @param exchange that asked for it
   * @param early what was read and is the tunnel's; taken over
   */
  Handover(ClientTalk talk, Exchange exchange, ByteBuf early) {
    this.talk = talk;
    this.exchange = exchange;
    this.early = early;
  }

  /** To what was reached, which gets a PROXY header first where it is to get one. */
  void to(Reached.Connected reached) {
    byte[] header =
        reached.parent() == null ? OwnHeader.of(talk.session, reached.remote()) : OwnHeader.NONE;
    to(reached, Unpooled.wrappedBuffer(header));
  }

  private void to(Reached.Connected connected, ByteBuf header) {
    talk.disarm();
    var _ = talk.channel.deregister().addListener(_ -> left(connected, header));
  }

  private void left(Reached.Connected connected, ByteBuf header) {
    EpollSocketChannel channel = talk.channel;
    StreamSocket server = connected.socket();
    ByteBuf fromServer = connected.early();
    TcpSocket client =
        TcpSocket.duplicate(talk.home.memory(), talk.session.peer(), channel.fd().intValue());
    if (talk.over() || client == null) {
      header.release();
      early.release();
      fromServer.release();
      server.reset();
      if (client != null) {
        client.reset();
      }
      talk.reset(EndReason.LIMIT);
      return;
    }
    talk.becameTunnel(early.readableBytes(), fromServer.readableBytes());
    // Not closeForcibly: that forgets what waits to be written, and its buffers.
    var _ = channel.close();
    talk.session.tunnel(
        new TunnelLegs(
            client, server, connected.remote(), header, early, fromServer, halfCloses(connected)));
  }

  private boolean halfCloses(Reached.Connected connected) {
    Authority to = exchange.authority;
    InetAddress address = connected.parent() == null ? connected.remote().getAddress() : null;
    return to == null || Handling.of(talk, exchange, to, address).environment().halfClose();
  }

  /** A socket of its own on the origin's connection; null when descriptors have run out. */
  private @Nullable StreamSocket ofOrigin(Origin origin) {
    LoopMemory memory = talk.home.memory();
    TcpSocket tcp = TcpSocket.duplicate(memory, origin.remote, origin.channel.fd().intValue());
    TlsHandler tls = origin.tls;
    if (tls != null && tcp == null) {
      tls.drop();
    }
    return tls == null || tcp == null ? tcp : tls.goOn(tcp, talk.home.loop(), memory);
  }

  /** To an origin that has agreed to another protocol. */
  void toOrigin(Origin origin, ByteBuf fromServer) {
    EpollSocketChannel its = origin.channel;
    its.pipeline().remove(origin.decoder);
    var _ = its.deregister().addListener(_ -> originLeft(origin, fromServer));
  }

  private void originLeft(Origin origin, ByteBuf fromServer) {
    EpollSocketChannel its = origin.channel;
    StreamSocket server = ofOrigin(origin);
    var _ = its.close();
    if (talk.over() || server == null) {
      if (server != null) {
        server.reset();
      }
      talk.reset(EndReason.LIMIT);
      return;
    }
    talk.leave();
    server.register(talk.home.loop(), (_, _) -> {});
    to(
        new Reached.Connected(server, origin.remote, origin.key.parent(), fromServer),
        Unpooled.EMPTY_BUFFER);
  }
}
