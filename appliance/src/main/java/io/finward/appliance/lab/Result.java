package io.finward.appliance.lab;

import org.jspecify.annotations.Nullable;

/**
 * One line of the report.
 *
 * @param scenario the scenario's name
 * @param variant the way it was run
 * @param peer the peer that stood in the gateway, null for Finward
 * @param outcome what was seen
 * @param millis how long it took
 */
record Result(
    String scenario, Variant variant, @Nullable String peer, Outcome outcome, long millis) {
  /** The line of {@code lab --json}. */
  String toJson() {
    return "{\"scenario\":%s,\"mode\":%s,\"family\":%s,\"peer\":%s,\"sessions\":%d,"
            .formatted(
                quoted(scenario),
                quoted(variant.interception().label()),
                quoted(variant.family().label()),
                peer == null ? "null" : quoted(peer),
                outcome.sessions())
        + "\"late_packets\":%d,\"leaked_to_server\":%d,\"leaked_to_client\":%d,"
            .formatted(
                outcome.latePackets(), outcome.leaked().toServer(), outcome.leaked().toClient())
        + "\"translated\":%d,\"passed\":%b,\"note\":%s,\"millis\":%d}"
            .formatted(outcome.translated(), outcome.passed(), quoted(outcome.note()), millis);
  }

  /** Whether this makes the lab fail: a peer that leaks does not. */
  boolean failed() {
    return peer == null && !outcome.passed();
  }

  /** The same with another note. */
  Result withNote(String note) {
    Outcome noted =
        new Outcome(
            outcome.sessions(),
            outcome.latePackets(),
            outcome.leaked(),
            outcome.translated(),
            outcome.passed(),
            note);
    return new Result(scenario, variant, peer, noted, millis);
  }

  private static String quoted(String text) {
    var json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"').toString();
  }
}
