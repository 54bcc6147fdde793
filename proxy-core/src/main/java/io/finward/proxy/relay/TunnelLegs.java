package io.finward.proxy.relay;

import io.finward.linux.socket.StreamSocket;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.session.Side;
import io.finward.proxy.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * The two connections that a door hands over to a tunnel, with what it has read too much.
 *
 * @param client on the loop already, or not yet
 * @param server on the loop
 * @param destination where {@code server} goes
 * @param header goes to the server before everything else; released by the session
 * @param fromClient read from the client already; released by the session
 * @param fromServer read from the server already; released by the session
 * @param halfClose whether one side's FIN leaves the other direction open
 */
public record TunnelLegs(
    TcpSocket client,
    StreamSocket server,
    InetSocketAddress destination,
    ByteBuf header,
    ByteBuf fromClient,
    ByteBuf fromServer,
    boolean halfClose) {

  void early(Tunnel tunnel) {
    early(tunnel, Side.CLIENT, header, fromClient);
    early(tunnel, Side.SERVER, Unpooled.EMPTY_BUFFER, fromServer);
  }

  /** The session ended meanwhile. */
  void drop() {
    client.reset();
    server.reset();
    header.release();
    fromClient.release();
    fromServer.release();
  }

  private static void early(Tunnel tunnel, Side side, ByteBuf own, ByteBuf bytes) {
    int ours = own.readableBytes();
    ByteBuf all = Unpooled.wrappedBuffer(own, bytes);
    if (all.isReadable()) {
      tunnel.begin(side, MemorySegment.ofArray(ByteBufUtil.getBytes(all)), ours);
    }
    all.release();
  }
}
