package io.finward.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One admin connection: a request at a time to the API, its answer back. */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

  private final AdminApi api;
  private final boolean mayChange;

  AdminHandler(AdminApi api, boolean mayChange) {
    this.api = api;
    this.mayChange = mayChange;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest http) {
    boolean keepAlive = HttpUtil.isKeepAlive(http);
    if (http.decoderResult().isFailure()) {
      send(ctx, Reply.error(400, "not HTTP"), false);
      return;
    }
    Request request;
    try {
      QueryStringDecoder uri = new QueryStringDecoder(http.uri());
      request = new Request(http.method().name(), uri.path(), uri.parameters(), mayChange);
    } catch (IllegalArgumentException _) {
      send(ctx, Reply.error(400, "the path is not an URI"), false);
      return;
    }
    // The next request waits in the kernel until this one is answered.
    ctx.channel().config().setAutoRead(false);
    var _ =
        api.answer(request)
            .whenCompleteAsync(
                (reply, failure) -> {
                  send(ctx, failure == null ? reply : failed(request, failure), keepAlive);
                  ctx.channel().config().setAutoRead(true);
                },
                ctx.executor());
  }

  private static Reply failed(Request request, Throwable failure) {
    LOG.error("{} {} failed", request.method(), request.path(), failure);
    return Reply.error(500, "failed; the log says why");
  }

  private static void send(ChannelHandlerContext ctx, Reply reply, boolean keepAlive) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(reply.status()),
            Unpooled.copiedBuffer(reply.body(), UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, reply.contentType());
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    HttpUtil.setContentLength(response, response.content().readableBytes());
    HttpUtil.setKeepAlive(response, keepAlive);
    ChannelFuture sent = ctx.writeAndFlush(response);
    if (!keepAlive) {
      var _ = sent.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException) && !(cause instanceof ReadTimeoutException)) {
      LOG.error("an admin connection failed", cause);
    }
    var _ = ctx.close();
  }
}
