package io.finward.proxy.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.NetUtil;

/** CONNECT through a SOCKS5 parent (RFC 1928, RFC 1929). */
final class SocksHandshake implements Handshake {
  private static final int VERSION = 5;
  private static final int NO_AUTHENTICATION = 0;
  private static final int PASSWORD = 2;
  private static final int LOGIN_VERSION = 1;

  private enum Phase {
    METHOD,
    LOGIN,
    REPLY
  }

  private final Parent parent;
  private final String host;
  private final int port;
  private Phase phase = Phase.METHOD;

  SocksHandshake(Parent parent, String host, int port) {
    this.parent = parent;
    this.host = host;
    this.port = port;
  }

  @Override
  public ByteBuf opening() {
    int method = parent.login() == null ? NO_AUTHENTICATION : PASSWORD;
    return Unpooled.buffer().writeByte(VERSION).writeByte(1).writeByte(method);
  }

  @Override
  public Step received(ByteBuf in) {
    return switch (phase) {
      case METHOD -> method(in);
      case LOGIN -> login(in);
      case REPLY -> reply(in);
    };
  }

  private Step method(ByteBuf in) {
    if (in.readableBytes() < 2) {
      return new Step.More();
    }
    int version = in.readUnsignedByte();
    int method = in.readUnsignedByte();
    Parent.Login login = parent.login();
    if (version != VERSION) {
      return new Step.Broken();
    }
    if (method == PASSWORD && login != null) {
      phase = Phase.LOGIN;
      return say(Unpooled.buffer().writeByte(LOGIN_VERSION), login.user(), login.password());
    }
    if (method == NO_AUTHENTICATION && login == null) {
      return request();
    }
    return new Step.Refused(502);
  }

  private static Step say(ByteBuf out, String... texts) {
    for (String text : texts) {
      byte[] bytes = text.getBytes(UTF_8);
      out.writeByte(bytes.length).writeBytes(bytes);
    }
    return new Step.Say(out);
  }

  private Step login(ByteBuf in) {
    if (in.readableBytes() < 2) {
      return new Step.More();
    }
    in.skipBytes(1);
    return in.readUnsignedByte() == 0 ? request() : new Step.Refused(502);
  }

  private Step request() {
    phase = Phase.REPLY;
    ByteBuf out = Unpooled.buffer().writeByte(VERSION).writeByte(1).writeByte(0);
    byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
    if (address == null) {
      byte[] name = host.getBytes(US_ASCII);
      out.writeByte(3).writeByte(name.length).writeBytes(name);
    } else {
      out.writeByte(address.length == 4 ? 1 : 4).writeBytes(address);
    }
    return new Step.Say(out.writeShort(port));
  }

  private static Step reply(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() < 5) {
      return new Step.More();
    }
    int address =
        switch (in.getUnsignedByte(at + 3)) {
          case 1 -> 4;
          case 4 -> 16;
          case 3 -> 1 + in.getUnsignedByte(at + 4);
          default -> -1;
        };
    if (in.getUnsignedByte(at) != VERSION || address < 0) {
      return new Step.Broken();
    }
    int length = 4 + address + 2;
    if (in.readableBytes() < length) {
      return new Step.More();
    }
    int code = in.getUnsignedByte(at + 1);
    in.skipBytes(length);
    return code == 0 ? new Step.Done() : new Step.Refused(asHttp(code));
  }

  /** A reply (RFC 1928, 6) as HTTP would say it. */
  private static int asHttp(int code) {
    return switch (code) {
      case 2 -> 403; // not allowed by ruleset
      case 3, 4, 5 -> 503; // network or host unreachable, refused
      case 6 -> 504; // TTL expired
      default -> 502;
    };
  }
}
