package io.finward.proxy.door;

import io.finward.proxy.http.ClientHeader;
import io.finward.proxy.http.ForwardedHeaders;
import io.finward.proxy.http.Hop;
import io.finward.proxy.http.MaxForwards;
import io.finward.proxy.treatment.HeaderRule;
import io.finward.proxy.upstream.Parent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** The head of a request as an origin gets it, or an HTTP parent where there is one. */
final class RequestHead {
  private final ClientTalk talk;
  private final Errand errand;
  private final Handling handling;
  private final HttpHeaders headers;

  private RequestHead(ClientTalk talk, Errand errand, Handling handling) {
    this.talk = talk;
    this.errand = errand;
    this.handling = handling;
    headers = errand.head().headers().copy();
  }

  /**
   * Makes it.
   *
   * @param parent the HTTP parent that gets it; null when the origin does
   */
  static HttpRequest of(
      ClientTalk talk, Errand errand, Handling handling, @Nullable Parent parent) {
    return new RequestHead(talk, errand, handling).to(parent);
  }

  private HttpRequest to(@Nullable Parent parent) {
    HttpRequest request = errand.head();
    boolean from10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    boolean as10 = handling.environment().http10();
    ForwardedHeaders.removeHopByHop(headers);
    handling.edit(HeaderRule.Message.REQUEST, headers);
    if (!errand.route().isAsSent()) {
      headers.set(HttpHeaderNames.HOST, errand.to().hostHeader());
    }
    if (HttpUtil.isTransferEncodingChunked(request)) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    }
    connection(from10 || as10 ? null : HttpRoute.upgrade(request));
    if (from10 || as10) {
      headers.remove(HttpHeaderNames.EXPECT);
    }
    tell(from10);
    String target = errand.route().target();
    if (parent != null) {
      // RFC 9112, 3.2.4: for the server as a whole the absolute form has no path.
      target = "http://" + errand.to().hostHeader() + (target.equals("*") ? "" : target);
      authorize(parent);
    }
    return new DefaultHttpRequest(
        as10 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1, request.method(), target, headers);
  }

  private void connection(@Nullable String upgrade) {
    if (upgrade != null) {
      headers.set(HttpHeaderNames.CONNECTION, "Upgrade").set(HttpHeaderNames.UPGRADE, upgrade);
    } else if (!handling.environment().keepAlive()) {
      headers.set(HttpHeaderNames.CONNECTION, "close");
    }
  }

  private void tell(boolean from10) {
    Hop hop = talk.settings.hop();
    Integer forwards = MaxForwards.of(errand.head(), hop);
    if (forwards != null) {
      headers.set(HttpHeaderNames.MAX_FORWARDS, forwards - 1);
    } else if (hop.maxForwards().isPresent()) {
      headers.set(HttpHeaderNames.MAX_FORWARDS, hop.maxForwards().getAsInt());
    }
    hop.via().apply(headers, from10 ? "1.0" : "1.1");
    for (ClientHeader header : hop.told()) {
      header.add(headers, talk.session.client().getAddress(), errand.to().hostHeader());
    }
  }

  private void authorize(Parent parent) {
    String authorization = parent.basic();
    if (authorization == null && handling.environment().chainAuth()) {
      authorization = errand.head().headers().get(HttpHeaderNames.PROXY_AUTHORIZATION);
    }
    if (authorization != null) {
      headers.set(HttpHeaderNames.PROXY_AUTHORIZATION, authorization);
    }
  }
}
