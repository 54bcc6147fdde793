package io.finward.proxy.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;

/** What happens to Via headers (RFC 9110, 7.6.3), in the words of Apache's ProxyVia. */
public enum Via {
  /** They are passed on as they are. */
  OFF,
  /** Ours is added. */
  ON,
  /** Ours is added, with the program's name as its comment. */
  FULL,
  /** They are taken away, from requests and responses, and none is added. */
  BLOCK;

  /**
   * Treats the headers of a message that goes on.
   *
   * @param version the HTTP version of the message that came, as in {@code 1.1}
   */
  public void apply(HttpHeaders headers, String version) {
    switch (this) {
      case OFF -> {}
      case ON -> add(headers, version + " " + OwnName.TEXT);
      case FULL -> add(headers, version + " " + OwnName.TEXT + " (Finward)");
      case BLOCK -> headers.remove(HttpHeaderNames.VIA);
    }
  }

  /** To the one line that others have begun, as Apache does it: many look at the first only. */
  private static void add(HttpHeaders headers, String ours) {
    var all = new ArrayList<>(headers.getAll(HttpHeaderNames.VIA));
    all.add(ours);
    headers.set(HttpHeaderNames.VIA, String.join(", ", all));
  }

  /** Whether a message says that it has come through here before. */
  public static boolean namesUs(HttpHeaders headers) {
    for (String value : headers.getAll(HttpHeaderNames.VIA)) {
      for (String hop : value.split(",", -1)) {
        String[] words = hop.strip().split("[ \t]+", -1);
        if (words.length > 1 && words[1].equalsIgnoreCase(OwnName.TEXT)) {
          return true;
        }
      }
    }
    return false;
  }
}
