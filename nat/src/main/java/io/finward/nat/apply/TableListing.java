package io.finward.nat.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Our table as the kernel has it, read from {@code nft -s list table}: which chains, sets and
 * policies there are, and the whole of it without what changes by itself.
 *
 * @param chains names
 * @param sets names of sets that are written down
 * @param dynamicSets names of sets that fill themselves or are filled by the daemon
 * @param policies names of {@code ct timeout} objects
 * @param fixed the text without the dynamic sets' elements
 */
record TableListing(
    List<String> chains,
    List<String> sets,
    List<String> dynamicSets,
    List<String> policies,
    String fixed) {
  /** A table with nothing in it. */
  static final TableListing EMPTY =
      new TableListing(List.of(), List.of(), List.of(), List.of(), "");

  private static final Pattern BLOCK =
      Pattern.compile("\t(chain|set|ct timeout|counter) (\\S+) \\{");

  TableListing {
    chains = List.copyOf(chains);
    sets = List.copyOf(sets);
    dynamicSets = List.copyOf(dynamicSets);
    policies = List.copyOf(policies);
  }

  static TableListing parse(String listing) {
    List<String> chains = new ArrayList<>();
    List<String> sets = new ArrayList<>();
    List<String> dynamic = new ArrayList<>();
    List<String> policies = new ArrayList<>();
    StringBuilder fixed = new StringBuilder();
    List<String> block = new ArrayList<>();
    for (String line : listing.lines().toList()) {
      if (line.startsWith("\tflags ")) {
        continue; // whether it has an owner at the moment
      }
      block.add(line.startsWith("table ") ? line.replaceFirst(" #.*", "") : line);
      Matcher matcher = BLOCK.matcher(block.getFirst());
      if (!matcher.matches() || line.equals("\t}")) {
        if (matcher.matches()) {
          boolean fills = block.stream().anyMatch(TableListing::hasTimeout);
          switch (matcher.group(1)) {
            case "chain" -> chains.add(matcher.group(2));
            case "set" -> (fills ? dynamic : sets).add(matcher.group(2));
            case "ct timeout" -> policies.add(matcher.group(2));
            default -> {}
          }
          block = fills && matcher.group(1).equals("set") ? withoutElements(block) : block;
        }
        block.forEach(one -> fixed.append(one).append('\n'));
        block = new ArrayList<>();
      }
    }
    return new TableListing(chains, sets, dynamic, policies, fixed.toString());
  }

  private static boolean hasTimeout(String line) {
    return line.startsWith("\t\tflags ") && line.contains("timeout");
  }

  private static List<String> withoutElements(List<String> block) {
    List<String> kept = new ArrayList<>();
    boolean elements = false;
    for (String line : block) {
      elements |= line.startsWith("\t\telements = {");
      if (!elements) {
        kept.add(line);
      }
      elements &= !line.endsWith("}");
    }
    return kept;
  }
}
