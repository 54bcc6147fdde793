package io.finward.proxy.door;

import io.finward.linux.socket.StreamSocket;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.http.ResponseDecoder;
import io.finward.proxy.tls.TlsHandler;
import io.finward.proxy.tls.TlsSocket;
import io.finward.proxy.upstream.Reached;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an origin, or to a parent. It carries one exchange at a time and rests in the
 * {@link OriginPool} between them, unless it is bound to its client: what an origin knows of a
 * connection (NTLM) is never another client's.
 */
final class Origin extends ChannelInboundHandlerAdapter {
  /** What comes from an origin. */
  interface Receiver {
    void fromOrigin(Origin origin, Object message);

    void originFlush();

    void originGone(Origin origin);

    void originWritable();
  }

  final OriginKey key;
  final InetSocketAddress remote;
  final Wire wire;
  final ResponseDecoder decoder = new ResponseDecoder();
  final EpollSocketChannel channel;

  /** Of a parent behind TLS; else null. */
  final @Nullable TlsHandler tls;

  /** {@link System#nanoTime} when it began to rest; the pool's. */
  long restingSince;

  /** The session that used it last. */
  long lastSession;

  private final OriginPool pool;
  private @Nullable Receiver receiver;
  private boolean bound;

  private Origin(
      OriginKey key,
      InetSocketAddress remote,
      EpollSocketChannel channel,
      OriginPool pool,
      @Nullable TlsHandler tls) {
    this.tls = tls;
    this.key = key;
    this.remote = remote;
    this.channel = channel;
    this.pool = pool;
    this.wire = new Wire(this::close);
  }

  /**
   * Takes over a connected socket; null when descriptors have run out.
   *
   * @param header goes before the first request; may be empty
   */
  static @Nullable Origin open(
      DoorLoop home, OriginKey key, Reached.Connected reached, byte[] header) {
    StreamSocket socket = reached.socket();
    // An HTTP server says nothing before it is asked.
    reached.early().release();
    TlsSocket.Detached secured = socket instanceof TlsSocket tls ? tls.detach() : null;
    int fd = -1;
    if (secured != null) {
      fd = secured.fd();
    } else if (socket instanceof TcpSocket tcp) {
      fd = tcp.detach();
    }
    if (fd < 0) {
      socket.close();
      return null;
    }
    EpollSocketChannel channel = new EpollSocketChannel(fd);
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    TlsHandler tls = secured == null ? null : secured.handler();
    Origin origin = new Origin(key, reached.remote(), channel, home.pool(), tls);
    if (tls != null) {
      channel.pipeline().addLast("tls", tls);
    }
    channel
        .pipeline()
        .addLast("wire", origin.wire)
        .addLast("decoder", origin.decoder)
        .addLast("encoder", new HttpRequestEncoder())
        .addLast("origin", origin);
    EventLoop loop = home.loop();
    var _ = loop.register(channel);
    if (header.length > 0) {
      // Past the encoder, and on the wire with the first request.
      var _ = channel.pipeline().context(origin.decoder).write(Unpooled.wrappedBuffer(header));
    }
    return origin;
  }

  void receiver(@Nullable Receiver next) {
    receiver = next;
  }

  boolean isActive() {
    return channel.isActive();
  }

  /** Whether nothing that was written waits for the origin to take it. */
  boolean isSent() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null || waiting.totalPendingWriteBytes() == 0;
  }

  /** From now on it is its client's alone. */
  void bind() {
    bound = true;
  }

  boolean isBound() {
    return bound;
  }

  /** Nobody waits for anything from it: whatever comes now ends it. */
  void rest() {
    receiver = null;
    wire.came = this::close;
    channel.config().setAutoRead(true);
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
      close();
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
    pool.gone(this);
    Receiver told = receiver;
    receiver = null;
    if (told != null) {
      told.originGone(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // Told now: at the channel's end an answer without a length would look whole.
    Receiver told = receiver;
    receiver = null;
    if (told != null) {
      told.originGone(this);
    }
    var _ = channel.close();
  }
}
