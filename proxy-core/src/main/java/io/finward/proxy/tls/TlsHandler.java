package io.finward.proxy.tls;

import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.TcpSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoEventLoop;
import javax.net.ssl.SSLException;

/**
 * The same over a channel, when a {@link TlsSocket} has shaken hands. The peer's close_notify
 * closes the channel; an end without it is an exception first, since what came may have been cut
 * short. Owns the records until the channel is gone, or {@link #goOn}.
 */
public final class TlsHandler extends ChannelDuplexHandler {
  private final TlsRecords records;
  private boolean released;

  TlsHandler(TlsRecords records) {
    this.records = records;
  }

  /** Takes the connection out of the channel, which has left its loop: {@code tcp} is it. */
  public TlsSocket goOn(TcpSocket tcp, IoEventLoop loop, LoopMemory memory) {
    released = true;
    return TlsSocket.goOn(tcp, loop, memory, records);
  }

  /** There is no channel that would release it. */
  public void drop() {
    if (!released) {
      released = true;
      records.release();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    SSLException broken = null;
    try {
      records.feed(bytes.nioBuffer());
      records.decode();
    } catch (SSLException e) {
      broken = e;
    } finally {
      bytes.release();
    }
    ByteBuf answer = records.takeOutgoing();
    if (answer != null) {
      var _ = ctx.writeAndFlush(answer);
    }
    ByteBuf plain = records.takePlain();
    if (plain != null) {
      ctx.fireChannelRead(plain);
    }
    if (broken != null) {
      ctx.fireExceptionCaught(broken);
    } else if (records.ended()) {
      var _ = ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!released && !records.ended()) {
      ctx.fireExceptionCaught(new SSLException("closed without close_notify"));
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    ByteBuf bytes = (ByteBuf) msg;
    try {
      records.encode(bytes.nioBuffer());
    } catch (SSLException e) {
      promise.setFailure(e);
      return;
    } finally {
      bytes.release();
    }
    ByteBuf wrapped = records.takeOutgoing();
    var _ = ctx.write(wrapped == null ? Unpooled.EMPTY_BUFFER : wrapped, promise);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!released) {
      records.end();
      ByteBuf last = records.takeOutgoing();
      if (last != null) {
        var _ = ctx.writeAndFlush(last);
      }
    }
    var _ = ctx.close(promise);
  }
}
