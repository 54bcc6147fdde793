package io.finward.proxy.relay;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.session.Side;
import io.finward.proxy.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * The two connections that a door hands over to a tunnel, with what it has read too much.
 *
 * @param client on no loop yet
 * @param server on the loop
 * @param destination where {@code server} goes
 * @param fromClient read from the client already; released by the session
 * @param fromServer read from the server already; released by the session
 * @param halfClose whether one side's FIN leaves the other direction open
 */
public record TunnelLegs(
    TcpSocket client,
    TcpSocket server,
    InetSocketAddress destination,
    ByteBuf fromClient,
    ByteBuf fromServer,
    boolean halfClose) {

  void early(Tunnel tunnel) {
    early(tunnel, Side.CLIENT, fromClient);
    early(tunnel, Side.SERVER, fromServer);
  }

  /** The session ended meanwhile. */
  void drop() {
    client.reset();
    server.reset();
    fromClient.release();
    fromServer.release();
  }

  private static void early(Tunnel tunnel, Side side, ByteBuf bytes) {
    if (bytes.isReadable()) {
      tunnel.begin(side, MemorySegment.ofArray(ByteBufUtil.getBytes(bytes)));
    }
    bytes.release();
  }
}
