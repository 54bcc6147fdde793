package io.finward.proxy.door;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.relay.TunnelLegs;
import io.finward.proxy.session.EndReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;

/**
 * Makes a tunnel of a talk: the channels leave the loop, and the session relays their sockets from
 * then on. Nobody reads from the channels or their pipelines any more.
 */
final class Handover {
  private final ClientTalk talk;
  private final ByteBuf early;

  /**
   * Of a client that has sent some bytes already.
   *
   * @param early what was read and is the tunnel's; taken over
   */
  Handover(ClientTalk talk, ByteBuf early) {
    this.talk = talk;
    this.early = early;
  }

  /**
   * To a socket on the loop.
   *
   * @param fromServer what it has sent already; taken over
   */
  void to(TcpSocket server, InetSocketAddress remote, ByteBuf fromServer) {
    talk.disarm();
    var _ = talk.channel.deregister().addListener(_ -> left(server, remote, fromServer));
  }

  private void left(TcpSocket server, InetSocketAddress remote, ByteBuf fromServer) {
    EpollSocketChannel channel = talk.channel;
    TcpSocket client =
        TcpSocket.duplicate(talk.home.memory(), talk.session.peer(), channel.fd().intValue());
    if (talk.over() || client == null) {
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
    channel.unsafe().closeForcibly();
    talk.session.tunnel(new TunnelLegs(client, server, remote, early, fromServer));
  }

  /** To an origin that has agreed to another protocol. */
  void toOrigin(Origin origin, ByteBuf fromServer) {
    EpollSocketChannel its = origin.channel;
    its.pipeline().remove(origin.decoder);
    var _ = its.deregister().addListener(_ -> originLeft(origin, fromServer));
  }

  private void originLeft(Origin origin, ByteBuf fromServer) {
    EpollSocketChannel its = origin.channel;
    TcpSocket server = TcpSocket.duplicate(talk.home.memory(), origin.remote, its.fd().intValue());
    its.unsafe().closeForcibly();
    if (talk.over() || server == null) {
      if (server != null) {
        server.reset();
      }
      talk.reset(EndReason.LIMIT);
      return;
    }
    talk.leave();
    server.register(talk.home.loop(), (_, _) -> {});
    to(server, origin.remote, fromServer);
  }
}
