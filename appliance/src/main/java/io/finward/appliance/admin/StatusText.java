package io.finward.appliance.admin;

import java.util.Locale;

/**
 * The status for programs: the lines of mod_status' {@code ?auto}. Munin's apache plugins, collectd
 * and Telegraf look for these keys; what has no meaning here (CPU, asynchronous connections) is
 * left out, which they take for unknown.
 */
final class StatusText {
  private StatusText() {}

  static String of(StatusFigures now, String version) {
    StringBuilder out = new StringBuilder(1024);
    line(out, "ServerVersion", "Finward/" + version);
    line(out, "ServerUptimeSeconds", now.uptimeSeconds());
    line(out, "Total Accesses", now.accesses());
    line(out, "Total kBytes", now.kibibytes());
    line(out, "Uptime", now.uptimeSeconds());
    line(out, "ReqPerSec", decimal(now.accessesPerSecond()));
    line(out, "BytesPerSec", decimal(now.bytesPerSecond()));
    line(out, "BytesPerReq", decimal(now.bytesPerAccess()));
    line(out, "BusyWorkers", now.busy());
    line(out, "IdleWorkers", now.idle());
    line(out, "Scoreboard", now.scoreboard());
    return out.toString();
  }

  private static void line(StringBuilder out, String key, Object value) {
    out.append(key).append(": ").append(value).append('\n');
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
