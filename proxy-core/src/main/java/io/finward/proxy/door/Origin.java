package io.finward.proxy.door;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.http.Authority;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Reached;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an origin that belongs to one client connection, so that what an origin knows of
 * a connection (NTLM) is never another client's.
 */
final class Origin extends ChannelInboundHandlerAdapter {
  private static final int CHUNK = 64 * 1024;

  /** What comes from an origin. */
  interface Receiver {
    void fromOrigin(Origin origin, Object message);

    void originFlush();

    void originGone(Origin origin);

    void originWritable();
  }

  final Authority authority;

  /** The HTTP parent at its other end; null when it is the origin itself, or a tunnel to it. */
  final @Nullable Parent parent;

  final InetSocketAddress remote;
  final Wire wire;
  final EpollSocketChannel channel;
  private @Nullable Receiver receiver;

  private Origin(
      Authority authority, Reached.Connected reached, Wire wire, EpollSocketChannel channel) {
    this.authority = authority;
    this.parent = reached.parent();
    this.remote = reached.remote();
    this.wire = wire;
    this.channel = channel;
  }

  /** Takes over a connected socket; null when descriptors have run out. */
  static @Nullable Origin open(ClientTalk talk, Authority authority, Reached.Connected reached) {
    TcpSocket socket = reached.socket();
    // An HTTP server says nothing before it is asked.
    reached.early().release();
    int fd = socket.detach();
    if (fd < 0) {
      socket.close();
      return null;
    }
    EpollSocketChannel channel = new EpollSocketChannel(fd);
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    Origin origin = new Origin(authority, reached, new Wire(talk.session::touch), channel);
    channel
        .pipeline()
        .addLast("wire", origin.wire)
        .addLast(
            "codec",
            new HttpClientCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(CHUNK)
                    .setMaxHeaderSize(CHUNK)
                    .setMaxChunkSize(CHUNK),
                true,
                false))
        .addLast("origin", origin);
    EventLoop loop = talk.session.home().loop();
    var _ = loop.register(channel);
    return origin;
  }

  void receiver(@Nullable Receiver next) {
    receiver = next;
  }

  boolean isActive() {
    return channel.isActive();
  }

  void close() {
    receiver = null;
    var _ = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    Receiver told = receiver;
    if (told == null) {
      // An answer nobody asked for.
      ReferenceCountUtil.release(msg);
      if (!(msg instanceof ByteBuf)) {
        var _ = channel.close();
      }
    } else {
      told.fromOrigin(this, msg);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Receiver told = receiver;
    if (told != null) {
      told.originFlush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Receiver told = receiver;
    if (told != null && channel.isWritable()) {
      told.originWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Receiver told = receiver;
    receiver = null;
    if (told != null) {
      told.originGone(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = channel.close();
  }
}
