package io.finward.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Netty's request decoder behind {@link HeadCheck}, one request at a time: after a request's last
 * content nothing is decoded before {@link #next}, so pipelined requests wait as bytes.
 */
public final class StrictRequestDecoder extends HttpRequestDecoder {
  private static final int CHUNK = 64 * 1024;

  private final int maxHead;
  private boolean inRequest;
  private boolean paused;
  private int looked;

  /**
   * For one connection.
   *
   * @param maxHead the most a head may have, in bytes
   */
  public StrictRequestDecoder(int maxHead) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(maxHead)
            .setMaxHeaderSize(maxHead)
            .setMaxChunkSize(CHUNK));
    this.maxHead = maxHead;
  }

  /** Whether bytes of a head, or of a request after the one at hand, have been read. */
  public boolean hasBytes() {
    return actualReadableBytes() > 0;
  }

  /** How many bytes have been read and not decoded. */
  public int undecoded() {
    return actualReadableBytes();
  }

  /** Waits for the next request, of which no byte has been read. */
  public void rest() {
    paused = false;
    inRequest = false;
    looked = 0;
  }

  /** Goes on with the next request, whose bytes may have been read already. */
  public void next(ChannelHandlerContext ctx) throws Exception {
    rest();
    channelRead(ctx, Unpooled.EMPTY_BUFFER);
    channelReadComplete(ctx);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (paused) {
      return;
    }
    if (!inRequest) {
      try {
        if (!headIsWhole(in)) {
          return;
        }
      } catch (RefusedHeadException e) {
        paused = true;
        in.skipBytes(in.readableBytes());
        DefaultHttpRequest refused =
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request");
        refused.setDecoderResult(DecoderResult.failure(e));
        out.add(refused);
        return;
      }
      inRequest = true;
    }
    int before = out.size();
    super.decode(ctx, in, out);
    for (int i = before; i < out.size(); i++) {
      if (out.get(i) instanceof LastHttpContent) {
        paused = true;
      }
    }
  }

  private boolean headIsWhole(ByteBuf in) throws RefusedHeadException {
    // One empty line before a request is old clients' habit (RFC 9112, 2.2).
    if (looked < 2
        && in.readableBytes() >= 2
        && in.getByte(in.readerIndex()) == '\r'
        && in.getByte(in.readerIndex() + 1) == '\n') {
      in.skipBytes(2);
      looked = 0;
    }
    int start = in.readerIndex();
    int end = HeadCheck.end(in, start, start + looked);
    int length = end < 0 ? in.readableBytes() : end - start;
    if (length > maxHead) {
      throw new RefusedHeadException(431, "a head that is too large");
    }
    if (end < 0) {
      looked = length;
      return false;
    }
    HeadCheck.check(in, start, end);
    return true;
  }
}
