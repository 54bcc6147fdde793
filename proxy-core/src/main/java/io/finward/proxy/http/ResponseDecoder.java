package io.finward.proxy.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Netty's response decoder for one request at a time. */
public final class ResponseDecoder extends HttpResponseDecoder {
  private static final int LARGEST = 64 * 1024;

  private boolean head;

  /** For one connection. */
  public ResponseDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LARGEST)
            .setMaxHeaderSize(LARGEST)
            .setMaxChunkSize(LARGEST));
  }

  /** The next response answers a HEAD request, or not. */
  public void answersHead(boolean yes) {
    head = yes;
  }

  /** Whether bytes have been read that belong to no response so far. */
  public boolean hasBytes() {
    return actualReadableBytes() > 0;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return head || super.isContentAlwaysEmpty(message);
  }
}
