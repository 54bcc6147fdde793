package io.finward.proxy.door;

import io.finward.proxy.http.ForwardedHeaders;
import io.finward.proxy.http.Hop;
import io.finward.proxy.treatment.HeaderRule;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/**
 * An origin's final answer as the client gets it.
 *
 * @param response its head
 * @param originKeepsAlive whether the origin's connection goes on after it
 * @param closeDelimited whether the client learns of its end by the end of the connection
 */
record AnswerHead(HttpResponse response, boolean originKeepsAlive, boolean closeDelimited) {
  /** Treats what came from an origin: its headers are the answer's from now on. */
  static AnswerHead of(HttpResponse response, Answers answers, Hop hop, Handling handling) {
    boolean chunked = HttpUtil.isTransferEncodingChunked(response);
    boolean sized = response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    boolean empty = answers.head || hasNoContent(response.status().code());
    boolean originKeepsAlive = HttpUtil.isKeepAlive(response) && (chunked || sized || empty);
    boolean closeDelimited = false;
    HttpHeaders headers = response.headers();
    List<String> challenges =
        handling.environment().chainAuth()
            ? headers.getAll(HttpHeaderNames.PROXY_AUTHENTICATE)
            : List.of();
    ForwardedHeaders.removeHopByHop(headers);
    if (chunked) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    if (!empty && (chunked || !sized)) {
      if (answers.http10) {
        closeDelimited = true;
        answers.keepAlive = false;
      } else {
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
      }
    }
    answers.keepAlive &= answers.requestIsWhole;
    answers.connection(headers);
    HttpVersion version = response.protocolVersion();
    hop.via().apply(headers, version.majorVersion() + "." + version.minorVersion());
    handling.edit(HeaderRule.Message.ANSWER, headers);
    if (!challenges.isEmpty()) {
      headers.set(HttpHeaderNames.PROXY_AUTHENTICATE, challenges);
    }
    return new AnswerHead(
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), headers),
        originKeepsAlive,
        closeDelimited);
  }

  private static boolean hasNoContent(int status) {
    return status == 204 || status == 304;
  }
}
