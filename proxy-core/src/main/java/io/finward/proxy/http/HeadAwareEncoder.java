package io.finward.proxy.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Netty's response encoder, which sends no content in answer to HEAD. */
public final class HeadAwareEncoder extends HttpResponseEncoder {
  private boolean head;

  /** The responses that follow answer a HEAD request, or not. */
  public void answersHead(boolean yes) {
    head = yes;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return head || super.isContentAlwaysEmpty(response);
  }
}
