package io.finward.appliance.accesslog;

import io.finward.appliance.text.AddressText;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Where lines go. */
public sealed interface Destination {
  /** A file, to which is appended. */
  record LogFile(Path path) implements Destination {}

  /** Standard output. */
  record StandardOutput() implements Destination {}

  /**
   * A local syslog daemon's datagram socket, {@code /dev/log}, in the words of RFC 3164.
   *
   * @param facility 0 to 23
   */
  record SyslogSocket(Path path, int facility) implements Destination {}

  /**
   * A syslog server, RFC 5424 by UDP (RFC 5426).
   *
   * @param facility 0 to 23
   */
  record SyslogServer(InetSocketAddress address, int facility) implements Destination {}

  /** As the configuration says it. */
  default String text() {
    return switch (this) {
      case LogFile(Path path) -> "file:" + path;
      case StandardOutput _ -> "stdout";
      case SyslogSocket(Path path, _) -> "syslog:" + path;
      case SyslogServer(InetSocketAddress address, _) ->
          "syslog:udp://" + AddressText.format(address);
    };
  }
}
