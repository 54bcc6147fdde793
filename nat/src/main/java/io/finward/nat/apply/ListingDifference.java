package io.finward.nat.apply;

import java.util.ArrayList;
import java.util.List;

/** Compares two listings of the table block by block and says what is missing or too much. */
final class ListingDifference {
  private ListingDifference() {}

  static List<String> between(String wanted, String present) {
    if (wanted.equals(present)) {
      return List.of();
    }
    List<String> wantedLines = located(wanted);
    List<String> presentLines = located(present);
    List<String> differences = new ArrayList<>();
    subtract(wantedLines, presentLines)
        .forEach(line -> differences.add("nft table inet finward lacks " + line));
    subtract(presentLines, wantedLines)
        .forEach(line -> differences.add("nft table inet finward has, but should not, " + line));
    return differences.isEmpty()
        ? List.of("nft table inet finward has its rules in another order")
        : differences;
  }

  /** Every line with the block it stands in. */
  private static List<String> located(String listing) {
    List<String> located = new ArrayList<>();
    String block = "";
    for (String line : listing.lines().toList()) {
      if (line.startsWith("\t\t")) {
        located.add("in %s: %s".formatted(block, line.strip()));
      } else if (line.endsWith("{")) {
        block = line.strip().replace(" {", "");
        located.add(block);
      }
    }
    return located;
  }

  private static List<String> subtract(List<String> from, List<String> what) {
    List<String> rest = new ArrayList<>(from);
    what.forEach(rest::remove);
    return rest;
  }
}
