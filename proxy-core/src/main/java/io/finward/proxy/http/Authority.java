package io.finward.proxy.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host and port, strictly (RFC 3986, 3.2): no user information, no empty parts, no zone.
 *
 * @param host a name in lower case without a final dot, or an IP address without brackets
 * @param port 1 to 65535
 */
public record Authority(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([A-Za-z0-9_.-]{1,254}))(?::([0-9]{1,5}))?");

  /**
   * Parses {@code host:port}.
   *
   * @param defaultPort taken without a port; 0 when there must be one
   * @return null when it is malformed
   */
  public static @Nullable Authority parse(String text, int defaultPort) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    int port = form.group(3) == null ? defaultPort : Integer.parseInt(form.group(3));
    String host = form.group(1) == null ? name(form.group(2)) : form.group(1);
    return port < 1 || port > 65535 || host.isEmpty() ? null : new Authority(host, port);
  }

  private static String name(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** As a Host header says it: the port only when it is not HTTP's. */
  public String hostHeader() {
    String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port == 80 ? bracketed : bracketed + ":" + port;
  }
}
