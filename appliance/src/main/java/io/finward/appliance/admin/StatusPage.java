package io.finward.appliance.admin;

import io.finward.appliance.text.AddressText;
import io.finward.appliance.text.Ages;
import io.finward.proxy.session.SessionSnapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The status for people: mod_status' page, in its words where a program could read them, with a row
 * for each session. It shows addresses, and nothing that a client said: no names, URLs or users.
 */
final class StatusPage {
  /** The most rows: more is no page. */
  static final int MOST_ROWS = 1_000;

  private static final int LINE = 64;
  private static final List<String> COLUMNS =
      List.of(
          "Session",
          "M",
          "SS",
          "Client",
          "Listener",
          "Destination",
          "Upstream",
          "From client",
          "From server",
          "Closed first");
  private static final String KEY =
      """
      <p>Scoreboard Key:<br>
      "<b><code>_</code></b>" another session could come,
      "<b><code>R</code></b>" the client is looked at,
      "<b><code>D</code></b>" the upstream is looked up or dialled,
      "<b><code>W</code></b>" open,
      "<b><code>G</code></b>" half-closed,
      "<b><code>C</code></b>" closing</p>
      """;

  private StatusPage() {}

  /**
   * The page.
   *
   * @param refreshSeconds after which a browser asks again; 0 for never
   */
  static String of(StatusFigures now, String version, Instant time, int refreshSeconds) {
    StringBuilder out = new StringBuilder(8 * 1024);
    out.append("<!DOCTYPE html>\n<html><head>\n<title>Finward Status</title>\n");
    if (refreshSeconds > 0) {
      out.append("<meta http-equiv=\"refresh\" content=\"%d\">\n".formatted(refreshSeconds));
    }
    out.append("</head><body>\n<h1>Finward Server Status</h1>\n");
    figures(out, now, version, time);
    out.append("<pre>");
    String board = now.scoreboard();
    for (int at = 0; at < board.length(); at += LINE) {
      out.append(board, at, Math.min(at + LINE, board.length())).append('\n');
    }
    out.append("</pre>\n").append(KEY);
    table(out, now.sessions());
    return out.append("</body></html>\n").toString();
  }

  private static void figures(StringBuilder out, StatusFigures now, String version, Instant time) {
    out.append("<dl>\n");
    figure(out, "Server Version: Finward/" + version);
    figure(out, "Current Time: " + time.truncatedTo(ChronoUnit.SECONDS));
    figure(out, "Server uptime: " + Ages.age(now.uptimeSeconds() * 1000));
    figure(
        out,
        "Total accesses: %d - Total Traffic: %s".formatted(now.accesses(), Ages.size(now.bytes())));
    figure(
        out,
        String.format(
            Locale.ROOT,
            "%.3g requests/sec - %s/second - %s/request",
            now.accessesPerSecond(),
            Ages.size((long) now.bytesPerSecond()),
            Ages.size((long) now.bytesPerAccess())));
    figure(
        out,
        "%d requests currently being processed, %d idle workers".formatted(now.busy(), now.idle()));
    out.append("</dl>\n");
  }

  private static void figure(StringBuilder out, String text) {
    out.append("<dt>").append(escaped(text)).append("</dt>\n");
  }

  private static void table(StringBuilder out, List<SessionSnapshot> sessions) {
    out.append("<table border=\"0\">\n");
    row(out, "th", COLUMNS);
    for (SessionSnapshot session : sessions.subList(0, Math.min(sessions.size(), MOST_ROWS))) {
      row(out, "td", cells(session));
    }
    out.append("</table>\n");
    if (sessions.size() > MOST_ROWS) {
      out.append("<p>and %d younger ones: /sessions</p>\n".formatted(sessions.size() - MOST_ROWS));
    }
  }

  private static List<String> cells(SessionSnapshot session) {
    return List.of(
        Long.toString(session.id()),
        Character.toString(Scoreboard.letter(session.state())),
        Long.toString(session.ageMillis() / 1000),
        AddressText.format(session.client()),
        session.listener(),
        AddressText.format(session.originalDestination()),
        AddressText.format(session.upstream()),
        Ages.size(session.bytesFromClient()),
        Ages.size(session.bytesFromServer()),
        SessionJson.word(session.closedFirst()));
  }

  private static void row(StringBuilder out, String cell, List<String> texts) {
    out.append("<tr>");
    for (String text : texts) {
      out.append("<%s>".formatted(cell)).append(escaped(text)).append("</%s>".formatted(cell));
    }
    out.append("</tr>\n");
  }

  /** The scope of an IPv6 address is an interface's name, which may be almost anything. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
