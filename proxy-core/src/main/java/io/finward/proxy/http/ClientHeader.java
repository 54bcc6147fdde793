package io.finward.proxy.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;

/** Headers that tell origins for whom a request is, as Apache's ProxyAddHeaders adds them. */
public enum ClientHeader {
  /** The client's address. */
  X_FORWARDED_FOR("X-Forwarded-For"),
  /** The host that was asked for. */
  X_FORWARDED_HOST("X-Forwarded-Host"),
  /** This proxy's name. */
  X_FORWARDED_SERVER("X-Forwarded-Server"),
  /** Client, host and protocol (RFC 7239). */
  FORWARDED("Forwarded");

  private final String header;

  ClientHeader(String header) {
    this.header = header;
  }

  /**
   * Adds it to a request that goes on, behind what other proxies have said.
   *
   * @param host as the Host header says it
   */
  public void add(HttpHeaders headers, InetAddress client, String host) {
    String value =
        switch (this) {
          case X_FORWARDED_FOR -> NetUtil.toAddressString(client);
          case X_FORWARDED_HOST -> host;
          case X_FORWARDED_SERVER -> OwnName.TEXT;
          case FORWARDED -> "for=" + node(client) + ";host=" + quoted(host) + ";proto=http";
        };
    List<String> before = headers.getAll(header);
    headers.set(header, before.isEmpty() ? value : String.join(", ", before) + ", " + value);
  }

  /** RFC 7239, 6: an IPv6 address is in brackets and so in quotes. */
  private static String node(InetAddress client) {
    String text = NetUtil.toAddressString(client);
    return text.indexOf(':') < 0 ? text : "\"[" + text + "]\"";
  }

  private static String quoted(String host) {
    return host.indexOf(':') < 0 ? host : '"' + host + '"';
  }
}
