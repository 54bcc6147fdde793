package io.finward.appliance.text;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses and ports as text, both ways: {@code 192.0.2.1:80} and {@code [2001:db8::1]:80}.
 * IPv6 is written as RFC 5952 wants. Names are never resolved.
 */
public final class AddressText {
  private AddressText() {}

  /** Address and port. */
  public static String format(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      return address.getHostString() + ":" + address.getPort();
    }
    return (ip instanceof Inet6Address ? "[" + format(ip) + "]" : format(ip))
        + ":"
        + address.getPort();
  }

  /** The address alone. */
  public static String format(InetAddress address) {
    return address instanceof Inet6Address six ? format(six) : address.getHostAddress();
  }

  private static String format(Inet6Address address) {
    byte[] bytes = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int gap = -1;
    int gapLength = 1; // RFC 5952 section 4.2.2: one zero group alone is not shortened
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > gapLength) {
        gap = i;
        gapLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    if (address.getScopedInterface() != null) {
      text.append('%').append(address.getScopedInterface().getName());
    } else if (address.getScopeId() != 0) {
      text.append('%').append(address.getScopeId());
    }
    return text.toString();
  }

  /** An IPv4 or IPv6 address without brackets; null when {@code text} is none. */
  public static @Nullable InetAddress parseAddress(String text) {
    try {
      if (text.indexOf(':') >= 0) {
        // An IPv4-mapped literal is an IPv4 address in disguise: say it as one.
        return text.startsWith("[") || InetAddress.ofLiteral(text) instanceof Inet4Address
            ? null
            : InetAddress.ofLiteral(text);
      }
      // Java also takes 10.1 for 10.0.0.1.
      return text.matches("[0-9]+(\\.[0-9]+){3}") ? InetAddress.ofLiteral(text) : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** An address with a port from 1 to 65535; null when {@code text} is none. */
  public static @Nullable InetSocketAddress parseEndpoint(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return null;
    }
    String host = text.substring(0, colon);
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    if (brackets != host.contains(":")) {
      return null;
    }
    InetAddress address = parseAddress(brackets ? host.substring(1, host.length() - 1) : host);
    int port = parsePort(text.substring(colon + 1));
    return address == null || port == 0 ? null : new InetSocketAddress(address, port);
  }

  /** A port from 1 to 65535; 0 when {@code text} is none. */
  public static int parsePort(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      return 0;
    }
    int port = Integer.parseInt(text);
    return port <= 65535 ? port : 0;
  }
}
