package io.finward.proxy.http;

import io.finward.linux.proc.Sysctl;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.Path;

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

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final String RECEIVED_BY = hostName();

  /**
   * Treats the headers of a message that goes on.
   *
   * @param version the HTTP version of the message that came, as in {@code 1.1}
   */
  public void apply(HttpHeaders headers, String version) {
    switch (this) {
      case OFF -> {}
      case ON -> headers.add(HttpHeaderNames.VIA, version + " " + RECEIVED_BY);
      case FULL -> headers.add(HttpHeaderNames.VIA, version + " " + RECEIVED_BY + " (Finward)");
      case BLOCK -> headers.remove(HttpHeaderNames.VIA);
    }
  }

  private static String hostName() {
    try {
      String name = Sysctl.read(HOST_NAME);
      return name.matches("[A-Za-z0-9.-]{1,253}") ? name : "finward";
    } catch (IOException e) {
      return "finward";
    }
  }
}
