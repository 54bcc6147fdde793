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
 * Finds {@link ForeignDrop}s and {@link ForeignState}s in other people's rulesets. Reads text, so
 * it finds the ways people write such rules, not every way there is.
 */
public final class ForeignRules {
  private static final Pattern TABLE = Pattern.compile("table (\\S+ \\S+) \\{.*");
  private static final Pattern CHAIN = Pattern.compile("\tchain (\\S+) \\{.*");
  private static final Pattern BASE =
      Pattern.compile("\t\ttype \\S+ hook (\\S+).* priority (-?\\d+);.*");
  private static final Pattern ESTABLISHED =
      Pattern.compile("(ct state|ctstate) [^;]*\\bestablished\\b.*", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNTRACKED =
      Pattern.compile("(ct state|ctstate) [^;]*\\buntracked\\b.*", Pattern.CASE_INSENSITIVE);
  private static final Pattern SOURCE_NAT = Pattern.compile("\\b(masquerade|snat)\\b.*");
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

  /** What drops INVALID packets, from {@code nft -a -y list ruleset}. */
  public static List<ForeignDrop> inRuleset(String listing) {
    Map<String, Chain> chains = new HashMap<>();
    List<ForeignDrop> drops = new ArrayList<>();
    foreign(listing, chains).forEach(base -> drops.addAll(in(base, chains)));
    return drops;
  }

  /**
   * What asks the gateway's own connections for their entry, from the same listing.
   *
   * @param key the configuration's key by which they have none
   */
  public static List<ForeignState> askingForState(UntrackedKey key, String listing) {
    Map<String, Chain> chains = new HashMap<>();
    List<ForeignState> found = new ArrayList<>();
    for (Base base : foreign(listing, chains)) {
      Set<Chain> reachable = reachable(base.chain(), chains);
      Pattern asks =
          switch (base.hook()) {
            case "input", "output" -> anyRule(reachable, UNTRACKED) ? null : ESTABLISHED;
            case "postrouting" -> SOURCE_NAT;
            default -> null;
          };
      if (asks != null) {
        for (Chain chain : reachable) {
          chain.rules().stream()
              .filter(rule -> asks.matcher(rule).find())
              .forEach(rule ->
                  found.add(
                      new ForeignState(
                          key,
                          chain.table(),
                          base.chain().name(),
                          base.hook(),
                          quoted(base, chain, rule))));
        }
      }
    }
    return found;
  }

  private static boolean anyRule(Set<Chain> chains, Pattern pattern) {
    return chains.stream()
        .flatMap(chain -> chain.rules().stream())
        .anyMatch(rule -> pattern.matcher(rule).find());
  }

  /** All chains of a listing, by table and name, and the base chains that are not ours. */
  private static List<Base> foreign(String listing, Map<String, Chain> chains) {
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
    return bases.stream()
        .filter(base -> !base.chain().table().equals("inet " + Names.TABLE))
        .toList();
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
          drops.add(
              new ForeignDrop(
                  chain.table(),
                  base.chain().name(),
                  base.hook(),
                  base.priority(),
                  quoted(base, chain, rule)));
        }
      }
    }
    return drops;
  }

  private static String quoted(Base base, Chain chain, String rule) {
    String where = chain.equals(base.chain()) ? "" : "chain " + chain.name() + ": ";
    return where + "\"" + rule.replace(" # handle", "\" handle");
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
