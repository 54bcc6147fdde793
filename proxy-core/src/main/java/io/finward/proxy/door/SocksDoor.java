package io.finward.proxy.door;

import io.finward.linux.libc.Errno;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.http.Authority;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.upstream.Reached;
import io.finward.proxy.user.Authentication;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.socksx.v4.DefaultSocks4CommandResponse;
import io.netty.handler.codec.socksx.v4.Socks4CommandRequest;
import io.netty.handler.codec.socksx.v4.Socks4CommandStatus;
import io.netty.handler.codec.socksx.v4.Socks4CommandType;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5CommandType;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthStatus;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * SOCKS5 (RFC 1928, with user and password by RFC 1929) and SOCKS4 with 4a, CONNECT only. A client
 * that offers a user's name and password is asked for them, since rules may want them.
 */
final class SocksDoor extends ChannelInboundHandlerAdapter {
  private final ClientTalk talk;
  private final ByteBuf early = Unpooled.buffer(0);
  private @Nullable String user;
  private Set<String> groups = Set.of();
  private @Nullable Socks5CommandRequest waiting;
  private boolean authenticating;
  private boolean version5 = true;
  private boolean asked;

  SocksDoor(ClientTalk talk) {
    this.talk = talk;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    try {
      if (msg instanceof ByteBuf bytes && asked) {
        early.writeBytes(bytes);
      } else if (asked || talk.over()) {
        return;
      } else if (msg instanceof DecoderResultProvider decoded
          && decoded.decoderResult().isFailure()) {
        talk.reset(EndReason.BAD_REQUEST);
      } else {
        switch (msg) {
          case Socks5InitialRequest greeting -> greeting(ctx, greeting);
          case Socks5PasswordAuthRequest password -> password(ctx, password);
          case Socks5CommandRequest command -> command(ctx, command);
          case Socks4CommandRequest command -> command(ctx, command);
          default -> talk.reset(EndReason.BAD_REQUEST);
        }
      }
    } finally {
      ReferenceCountUtil.release(msg);
    }
  }

  private void greeting(ChannelHandlerContext ctx, Socks5InitialRequest greeting) {
    if (greeting.authMethods().contains(Socks5AuthMethod.PASSWORD)) {
      then(ctx, "password", new Socks5PasswordAuthRequestDecoder());
      var _ = ctx.writeAndFlush(new DefaultSocks5InitialResponse(Socks5AuthMethod.PASSWORD));
    } else if (greeting.authMethods().contains(Socks5AuthMethod.NO_AUTH)) {
      then(ctx, "command", new Socks5CommandRequestDecoder());
      var _ = ctx.writeAndFlush(new DefaultSocks5InitialResponse(Socks5AuthMethod.NO_AUTH));
    } else {
      close(ctx, new DefaultSocks5InitialResponse(Socks5AuthMethod.UNACCEPTED));
    }
  }

  /** The decoders before it pass on what they have read too much. */
  private static void then(ChannelHandlerContext ctx, String name, ChannelHandler next) {
    ctx.pipeline().addBefore("door", name, next);
  }

  private void password(ChannelHandlerContext ctx, Socks5PasswordAuthRequest password) {
    then(ctx, "command", new Socks5CommandRequestDecoder());
    authenticating = true;
    talk.settings
        .authenticator()
        .authenticate(
            password.username(),
            password.password(),
            ctx.executor(),
            answer -> {
              if (talk.over()) {
                return;
              }
              authenticating = false;
              switch (answer) {
                case Authentication.Authenticated(Set<String> of) -> {
                  user = password.username();
                  groups = of;
                  var _ =
                      ctx.writeAndFlush(
                          new DefaultSocks5PasswordAuthResponse(Socks5PasswordAuthStatus.SUCCESS));
                  Socks5CommandRequest early = waiting;
                  if (early != null) {
                    command(ctx, early);
                  }
                }
                case Authentication.Refused _, Authentication.Unavailable _ ->
                    close(
                        ctx,
                        new DefaultSocks5PasswordAuthResponse(Socks5PasswordAuthStatus.FAILURE));
              }
            });
  }

  private void command(ChannelHandlerContext ctx, Socks5CommandRequest command) {
    if (authenticating) {
      waiting = command;
    } else if (!command.type().equals(Socks5CommandType.CONNECT)) {
      answer5(ctx, Socks5CommandStatus.COMMAND_UNSUPPORTED);
    } else {
      boolean v6 = command.dstAddrType().equals(Socks5AddressType.IPv6);
      String host = v6 ? "[" + command.dstAddr() + "]" : command.dstAddr();
      connect(ctx, host + ":" + command.dstPort(), "SOCKS5");
    }
  }

  private void command(ChannelHandlerContext ctx, Socks4CommandRequest command) {
    version5 = false;
    if (command.type().equals(Socks4CommandType.CONNECT)) {
      connect(ctx, command.dstAddr() + ":" + command.dstPort(), "SOCKS4");
    } else {
      refuse(ctx, Socks5CommandStatus.COMMAND_UNSUPPORTED, 0);
    }
  }

  private void connect(ChannelHandlerContext ctx, String target, String protocol) {
    asked = true;
    talk.disarm();
    ctx.channel().config().setAutoRead(false);
    Exchange exchange = new Exchange("CONNECT", target, protocol, null, 0);
    exchange.user = user;
    exchange.groups = groups;
    Authority to = Authority.parse(target, 0);
    exchange.authority = to;
    talk.began(exchange);
    if (to == null) {
      refuse(ctx, Socks5CommandStatus.FAILURE, 400);
    } else if (verdict(ctx, talk.ask(exchange, to, null))) {
      talk.reach(exchange, to, Way.Waiting.NONE, reached -> reached(ctx, exchange, reached));
    }
  }

  private boolean verdict(ChannelHandlerContext ctx, Verdict verdict) {
    switch (verdict) {
      case Verdict.Allow _, Verdict.Resolve _ -> {
        return true;
      }
      case Verdict.Deny _, Verdict.Authenticate _, Verdict.Look _ ->
          refuse(ctx, Socks5CommandStatus.FORBIDDEN, 403);
      case Verdict.Reset _ -> talk.reset(EndReason.DENIED);
    }
    return false;
  }

  private void reached(ChannelHandlerContext ctx, Exchange exchange, Reached reached) {
    switch (reached) {
      case Reached.Connected connected -> {
        exchange.upstream = connected.remote();
        exchange.status = 200;
        Object success =
            version5
                ? new DefaultSocks5CommandResponse(
                    Socks5CommandStatus.SUCCESS, Socks5AddressType.IPv4, "0.0.0.0", 0)
                : new DefaultSocks4CommandResponse(Socks4CommandStatus.SUCCESS);
        var _ =
            ctx.writeAndFlush(success)
                .addListener(sent -> {
                  if (!sent.isSuccess() || talk.over()) {
                    connected.socket().reset();
                    return;
                  }
                  new Handover(talk, exchange, early).to(connected);
                });
      }
      case Reached.Refused(Verdict why) -> {
        if (verdict(ctx, why)) {
          refuse(ctx, Socks5CommandStatus.FORBIDDEN, 403);
        }
      }
      case Reached.ByParent(int status, _) ->
          refuse(
              ctx,
              status == 403 ? Socks5CommandStatus.FORBIDDEN : Socks5CommandStatus.HOST_UNREACHABLE,
              status);
      case Reached.NoAddress _ -> refuse(ctx, Socks5CommandStatus.HOST_UNREACHABLE, 502);
      case Reached.Failed(int errno) ->
          refuse(
              ctx,
              switch (errno) {
                case Errno.ECONNREFUSED -> Socks5CommandStatus.CONNECTION_REFUSED;
                case Errno.ENETUNREACH -> Socks5CommandStatus.NETWORK_UNREACHABLE;
                default -> Socks5CommandStatus.HOST_UNREACHABLE;
              },
              errno == Errno.ETIMEDOUT ? 504 : 503);
    }
  }

  private void refuse(ChannelHandlerContext ctx, Socks5CommandStatus status, int asHttp) {
    Exchange exchange = talk.current();
    if (exchange != null) {
      exchange.status = asHttp;
    }
    if (version5) {
      answer5(ctx, status);
    } else {
      close(ctx, new DefaultSocks4CommandResponse(Socks4CommandStatus.REJECTED_OR_FAILED));
    }
  }

  private void answer5(ChannelHandlerContext ctx, Socks5CommandStatus status) {
    close(ctx, new DefaultSocks5CommandResponse(status, Socks5AddressType.IPv4, "0.0.0.0", 0));
  }

  private void close(ChannelHandlerContext ctx, Object answer) {
    asked = true;
    var _ = ctx.writeAndFlush(answer).addListener((ChannelFutureListener) _ -> talk.close());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!asked) {
      talk.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    talk.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof io.netty.handler.codec.DecoderException) {
      talk.reset(EndReason.BAD_REQUEST);
    } else {
      talk.broke(cause);
    }
  }
}
