package io.finward.appliance.accesslog;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A format string of Apache's {@code LogFormat}, taken verbatim.
 *
 * @see <a href="https://httpd.apache.org/docs/2.4/mod/mod_log_config.html">mod_log_config</a>
 */
public final class LogFormat implements LineFormat {
  /** Apache's stock nicknames, and what they stand for. */
  public static final Map<String, String> NICKNAMES =
      Map.of(
          "common", "%h %l %u %t \"%r\" %>s %b",
          "CLF", "%h %l %u %t \"%r\" %>s %b",
          "combined", "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"",
          "combinedio", "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %I %O",
          "vhost_common", "%v %h %l %u %t \"%r\" %>s %b",
          "vhost_combined", "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"",
          "referer", "%{Referer}i -> %U",
          "agent", "%{User-agent}i");

  /** One part of a line. Immutable. */
  @FunctionalInterface
  interface Part {
    void append(LogEvent event, LineBuffer out);
  }

  private final List<Part> parts;

  LogFormat(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * Parses a format string or one of {@link #NICKNAMES}. Times are in this machine's zone.
   *
   * @throws BadFormatException with the first character that is wrong
   */
  public static LogFormat parse(String format) throws BadFormatException {
    return parse(format, ZoneId.systemDefault());
  }

  static LogFormat parse(String format, ZoneId zone) throws BadFormatException {
    @Nullable String known = NICKNAMES.get(format);
    return new LogFormat(new FormatParser(known == null ? format : known, zone).parts());
  }

  @Override
  public void write(LogEvent event, LineBuffer out) {
    for (Part part : parts) {
      part.append(event, out);
    }
  }

  @Override
  public byte[] lost(long lines) {
    return "finward: %d lines of this log were lost\n"
        .formatted(lines)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
