package io.finward.proxy.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CONNECT through an HTTP parent (RFC 9110, 9.3.6). */
final class HttpHandshake implements Handshake {
  private static final int LONGEST_HEAD = 16 * 1024;
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
  private static final Pattern STATUS =
      Pattern.compile("HTTP/1\\.[01] ([2-5][0-9]{2})(?: [^\\r\\n]*)?\\r\\n");
  private static final Pattern CHALLENGE =
      Pattern.compile("(?im)^Proxy-Authenticate:[ \\t]*([ -~]{1,1024}?)[ \\t]*\\r\\n");

  private final Parent parent;
  private final Destination to;

  HttpHandshake(Parent parent, Destination to) {
    this.parent = parent;
    this.to = to;
  }

  @Override
  public ByteBuf opening() {
    String login = isChained() ? to.authorization() : parent.basic();
    String authorization = login == null ? "" : "Proxy-Authorization: %s\r\n".formatted(login);
    return Unpooled.copiedBuffer(
        "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n%2$s\r\n".formatted(to.text(), authorization),
        US_ASCII);
  }

  @Override
  public Step received(ByteBuf in) {
    int end = endOfHead(in);
    if (end < 0) {
      return in.readableBytes() > LONGEST_HEAD ? new Step.Broken() : new Step.More();
    }
    String head = in.readString(end - in.readerIndex(), ISO_8859_1);
    Matcher line = STATUS.matcher(head);
    if (!line.lookingAt()) {
      return new Step.Broken();
    }
    int status = Integer.parseInt(String.valueOf(line.group(1)));
    if (status < 300) {
      return new Step.Done();
    }
    if (status == PROXY_AUTHENTICATION_REQUIRED && isChained()) {
      Matcher challenge = CHALLENGE.matcher(head);
      if (challenge.find()) {
        return new Step.Refused(status, String.valueOf(challenge.group(1)));
      }
    }
    // A 407 is between the parent and us: the client has no password for it.
    boolean ours = status < 400 || status == PROXY_AUTHENTICATION_REQUIRED;
    return new Step.Refused(ours ? 502 : status);
  }

  private boolean isChained() {
    return to.chained() && parent.login() == null;
  }

  private static int endOfHead(ByteBuf in) {
    for (int i = in.readerIndex() + 3; i < in.writerIndex(); i++) {
      if (in.getByte(i) == '\n' && in.getByte(i - 1) == '\r' && in.getByte(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }
}
