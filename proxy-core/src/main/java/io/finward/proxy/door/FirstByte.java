package io.finward.proxy.door;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.socksx.v4.Socks4ServerDecoder;
import io.netty.handler.codec.socksx.v4.Socks4ServerEncoder;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;

/** Tells the protocol of a connection by its first byte, and makes way for it. */
final class FirstByte extends ChannelInboundHandlerAdapter {
  private static final byte SOCKS4 = 4;
  private static final byte SOCKS5 = 5;

  private final ClientTalk talk;

  FirstByte(ClientTalk talk) {
    this.talk = talk;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    if (!bytes.isReadable()) {
      bytes.release();
      return;
    }
    ChannelPipeline pipeline = ctx.pipeline();
    switch (bytes.getByte(bytes.readerIndex())) {
      case SOCKS5 ->
          pipeline
              .addLast("encoder", Socks5ServerEncoder.DEFAULT)
              .addLast("decoder", new Socks5InitialRequestDecoder())
              .addLast("door", new SocksDoor(talk));
      case SOCKS4 ->
          pipeline
              .addLast("encoder", Socks4ServerEncoder.INSTANCE)
              .addLast("decoder", new Socks4ServerDecoder())
              .addLast("door", new SocksDoor(talk));
      default -> HttpDoor.join(pipeline, talk);
    }
    ctx.fireChannelRead(msg);
    pipeline.remove(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    talk.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    talk.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    talk.broke(cause);
  }
}
