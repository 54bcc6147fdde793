package io.finward.nat.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds {@link ForeignDrop}s in other people's rulesets. Reads text, so it finds the ways people
 * write such rules, not every way there is.
 */
public final class ForeignRules {
  private static final Pattern TABLE = Pattern.compile("table (\\S+ \\S+) \\{.*");
  private static final Pattern CHAIN = Pattern.compile("\tchain (\\S+) \\{.*");
  private static final Pattern BASE =
      Pattern.compile("\t\ttype \\S+ hook (\\S+).* priority (-?\\d+);.*");
  private static final Pattern JUMP = Pattern.compile("\\b(?:jump|goto) ([^\\s,}]+)");
  private static final Pattern INVALID = Pattern.compile("ct state (?!!=)[^;]*\\binvalid\\b.*");
  private static final Pattern INVALID_IN_MAP = Pattern.compile("\\binvalid : (\\w+(?: \\S+)?)");
  private static final Pattern DROPS = Pattern.compile("(.*\\s)?(drop|reject)\\b.*");
  private static final Pattern LEGACY =
      Pattern.compile(
          "-A (PREROUTING|INPUT|OUTPUT|POSTROUTING) .*\\bINVALID\\b.* -j (DROP|REJECT).*");
  private static final Map<String, Integer> LEGACY_PRIORITY =
      Map.of("raw", -300, "mangle", -150, "nat", -100, "filter", 0, "security", 50);

  private ForeignRules() {}

  private record Chain(String table, String name, List<String> rules) {}

  private record Base(Chain chain, String hook, int priority) {}

  /** From {@code nft -a -y list ruleset}. */
  public static List<ForeignDrop> inRuleset(String listing) {
    Map<String, Chain> chains = new HashMap<>();
    List<Base> bases = new ArrayList<>();
    String table = "";
    Chain chain = new Chain("", "", new ArrayList<>());
    for (String line : listing.lines().toList()) {
      Matcher tableLine = TABLE.matcher(line);
      Matcher chainLine = CHAIN.matcher(line);
      Matcher base = BASE.matcher(line);
      if (tableLine.matches()) {
        table = tableLine.group(1);
      } else if (chainLine.matches()) {
        chain = new Chain(table, chainLine.group(1), new ArrayList<>());
        chains.put(table + " " + chain.name(), chain);
      } else if (base.matches()) {
        bases.add(new Base(chain, base.group(1), Integer.parseInt(base.group(2))));
      } else if (line.startsWith("\t\t")) {
        chain.rules().add(line.strip());
      }
    }
    List<ForeignDrop> drops = new ArrayList<>();
    bases.stream()
        .filter(base -> !base.chain().table().equals("inet " + Names.TABLE))
        .forEach(base -> drops.addAll(in(base, chains)));
    return drops;
  }

  /** From {@code iptables-legacy-save}, whose tables nft does not list. */
  public static List<ForeignDrop> inLegacy(String family, String saved) {
    List<ForeignDrop> drops = new ArrayList<>();
    String table = "";
    for (String line : saved.lines().toList()) {
      Matcher rule = LEGACY.matcher(line);
      if (line.startsWith("*")) {
        table = line.substring(1);
      } else if (rule.matches()) {
        drops.add(
            new ForeignDrop(
                family + " " + table + " (iptables-legacy)",
                rule.group(1),
                rule.group(1).toLowerCase(Locale.ROOT),
                LEGACY_PRIORITY.getOrDefault(table, 0),
                line));
      }
    }
    return drops;
  }

  private static List<ForeignDrop> in(Base base, Map<String, Chain> chains) {
    List<ForeignDrop> drops = new ArrayList<>();
    for (Chain chain : reachable(base.chain(), chains)) {
      for (String rule : chain.rules()) {
        if (dropsInvalid(rule, chain.table(), chains)) {
          String where = chain.equals(base.chain()) ? "" : "chain " + chain.name() + ": ";
          drops.add(
              new ForeignDrop(
                  chain.table(),
                  base.chain().name(),
                  base.hook(),
                  base.priority(),
                  where + "\"" + rule.replace(" # handle", "\" handle")));
        }
      }
    }
    return drops;
  }

  private static Set<Chain> reachable(Chain from, Map<String, Chain> chains) {
    Set<Chain> found = new LinkedHashSet<>();
    List<Chain> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty()) {
      Chain chain = open.removeLast();
      if (found.add(chain)) {
        for (String rule : chain.rules()) {
          Matcher jump = JUMP.matcher(rule);
          while (jump.find()) {
            Chain target = chains.get(chain.table() + " " + jump.group(1));
            if (target != null) {
              open.add(target);
            }
          }
        }
      }
    }
    return found;
  }

  private static boolean dropsInvalid(String rule, String table, Map<String, Chain> chains) {
    if (!INVALID.matcher(rule).find()) {
      return false;
    }
    Matcher mapped = INVALID_IN_MAP.matcher(rule);
    String verdict = mapped.find() ? mapped.group(1) : rule;
    Matcher jump = JUMP.matcher(verdict);
    if (jump.find()) {
      Chain target = chains.get(table + " " + jump.group(1));
      return target != null
          && target.rules().stream().anyMatch(one -> DROPS.matcher(one).matches());
    }
    return DROPS.matcher(verdict).matches();
  }
}
