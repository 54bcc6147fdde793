package io.finward.proxy.door;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/** Counts the bytes of a channel and tells that some came. The first handler of its pipeline. */
final class Wire extends ChannelDuplexHandler {
  /** Run whenever bytes came. */
  Runnable came;

  long read;
  long written;

  Wire(Runnable came) {
    this.came = came;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    read += ((ByteBuf) msg).readableBytes();
    came.run();
    ctx.fireChannelRead(msg);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (msg instanceof ByteBuf bytes) {
      written += bytes.readableBytes();
    }
    var _ = ctx.write(msg, promise);
  }
}
