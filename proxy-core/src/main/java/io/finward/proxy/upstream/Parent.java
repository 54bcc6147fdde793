package io.finward.proxy.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.tls.TlsTrust;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that requests are passed on to.
 *
 * @param name as the configuration calls it
 * @param protocol what it speaks
 * @param host its name, or IP address without brackets
 * @param port 1 to 65535
 * @param login what it wants to know; null when nothing
 * @param header the version of the PROXY header that it gets first, in the clear; null for none
 * @param trust whom its certificate must be from when it is behind TLS; null when it is not
 */
public record Parent(
    String name,
    Protocol protocol,
    String host,
    int port,
    @Nullable Login login,
    @Nullable HeaderVersion header,
    @Nullable TlsTrust trust) {
  /** What a parent speaks. */
  public enum Protocol {
    /** HTTP/1.1: absolute form, and CONNECT for everything else. */
    HTTP,
    /** SOCKS5 (RFC 1928), with names resolved by the parent. */
    SOCKS5
  }

  /**
   * A user and password, each of 1 to 255 bytes in UTF-8 for SOCKS5 (RFC 1929, 2).
   *
   * @param user without a colon for HTTP (RFC 7617, 2)
   */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user + ":...";
    }
  }

  /** The value of Proxy-Authorization for an HTTP parent (RFC 7617); null without a login. */
  public @Nullable String basic() {
    if (login == null) {
      return null;
    }
    byte[] pair = (login.user() + ":" + login.password()).getBytes(UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
