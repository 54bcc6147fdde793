package io.finward.appliance.lab;

import java.util.List;

/** The report for a reader. */
final class LabTable {
  private static final String ROW = "%-23s %-9s %-6s %8s %8s %10s %10s %10s  %s%n";

  private LabTable() {}

  static String of(List<Result> results) {
    var table = new StringBuilder();
    table.append(ROW.formatted("", "", "", "", "late", "leaked to", "leaked to", "late and", ""));
    table.append(
        ROW.formatted(
            "scenario",
            "mode",
            "family",
            "sessions",
            "packets",
            "server",
            "client",
            "answered",
            "result"));
    for (Result result : results) {
      Outcome outcome = result.outcome();
      table.append(
          ROW.formatted(
              result.scenario(),
              result.variant().interception().label(),
              result.variant().family().label(),
              outcome.sessions(),
              outcome.latePackets(),
              outcome.leaked().toServer(),
              outcome.leaked().toClient(),
              outcome.translated(),
              verdict(result)));
    }
    return table.toString();
  }

  private static String verdict(Result result) {
    Outcome outcome = result.outcome();
    String verdict = outcome.passed() ? "passed" : result.failed() ? "FAILED" : "leaks";
    if (!outcome.passed() && outcome.leaked().none()) {
      verdict = "FAILED";
    }
    return outcome.note().isEmpty() ? verdict : verdict + ": " + outcome.note();
  }
}
