package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.Ledger.Left;
import io.finward.appliance.apache.syntax.HttpdConf;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Section;
import io.finward.appliance.apache.syntax.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The list of what is not carried over, and the groups of what need not be. */
final class Report {
  private final HttpdConf conf;
  private final Ledger ledger;
  private final Path folder;

  Report(HttpdConf conf, Ledger ledger) {
    this.conf = conf;
    this.ledger = ledger;
    this.folder = conf.folder();
  }

  /** Gives every directive that has none a fate: known to mean nothing, or not carried over. */
  void settleTheRest() {
    settleTheRest(conf.nodes());
  }

  private void settleTheRest(List<Node> nodes) {
    for (Node node : nodes) {
      if (node instanceof Section section) {
        if (!ledger.isSettled(section)) {
          rest(section);
        }
        settleTheRest(section.nodes());
      } else if (!ledger.isSettled(node)) {
        rest((Node.Directive) node);
      }
    }
  }

  private void rest(Section section) {
    String name = section.name().toLowerCase(Locale.ROOT);
    if (name.startsWith("directory") || name.startsWith("files")) {
      ledger.settleWhole(section, Fate.NO_MEANING);
    } else if (name.equals("location") || name.equals("proxy") || name.equals("virtualhost")) {
      ledger.settleWhole(section, Fate.NO_MEANING);
    } else if (name.equals("if") || name.startsWith("else")) {
      ledger.notCarriedWhole(section, "expressions are not understood");
    } else {
      ledger.notCarriedWhole(section, Known.reason(section.name()));
    }
  }

  private void rest(Node.Directive directive) {
    if (Known.isObeyed(directive.name())) {
      ledger.settle(directive, Fate.OBEYED);
      return;
    }
    String variable =
        directive.name().toLowerCase(Locale.ROOT).matches("(unsetenv|setenv.*|browsermatch.*)")
            ? directive.words().stream()
                .filter(word -> Known.proxyVariable(word) != null)
                .findFirst()
                .orElse("")
            : "";
    boolean off = Known.isUsual(directive.name(), directive.word(0).toLowerCase(Locale.ROOT));
    if (!variable.isEmpty()) {
      ledger.notCarried(directive, "no rule sets this for a request");
    } else if (off || Known.isMeaningless(directive.name())) {
      ledger.settle(directive, Fate.NO_MEANING);
    } else {
      ledger.notCarried(directive, Known.reason(directive.name()));
    }
  }

  /** {@code FILE:LINE: directive: reason}, in the order of the configuration. */
  List<String> left() {
    Map<Path, Integer> files = new LinkedHashMap<>();
    visit(conf.nodes(), node -> files.putIfAbsent(node.place().file(), files.size()));
    List<Left> all = new ArrayList<>(ledger.left());
    conf.notices().forEach(one -> all.add(new Left(one.place(), "", one.text())));
    all.sort(
        Comparator.comparing((Left one) -> files.getOrDefault(one.place().file(), 0))
            .thenComparingInt(one -> one.place().line()));
    return all.stream()
        .map(one ->
            one.place().from(folder)
                + ": "
                + (one.text().isEmpty() ? "" : one.text() + ": ")
                + one.reason())
        .distinct()
        .toList();
  }

  /** The directives that are not carried over and that the list does not name. */
  List<String> unlisted() {
    Set<Place> listed = new HashSet<>();
    ledger.left().forEach(one -> listed.add(one.place()));
    return grouped(node -> ledger.fate(node) == Fate.NOT_CARRIED && !listed.contains(node.place()));
  }

  /** Sections whose condition does not hold. */
  List<String> skipped() {
    return conf.skipped().stream()
        .map(one ->
            "%s: %s does not hold: %d line%s"
                .formatted(
                    one.place().from(folder),
                    one.opening(),
                    one.lines(),
                    one.lines() == 1 ? "" : "s"))
        .toList();
  }

  /** The directives of a fate by name, with their places: {@code User: apache2.conf:3}. */
  List<String> grouped(Fate fate) {
    return grouped(node -> ledger.fate(node) == fate);
  }

  /** The same of directives that a test finds. */
  List<String> grouped(Predicate<Node> wanted) {
    Map<String, List<Place>> places = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    visit(
        conf.nodes(),
        node -> {
          if (wanted.test(node)) {
            String name = node instanceof Section ? "<" + node.name() + ">" : node.name();
            places.computeIfAbsent(name, _ -> new ArrayList<>()).add(node.place());
          }
        });
    List<String> lines = new ArrayList<>();
    places.forEach((name, all) -> lines.add(name + ": " + compact(all)));
    return lines;
  }

  /** {@code a.conf:3-5,9 b.conf:7}. */
  private String compact(List<Place> places) {
    Map<String, List<Integer>> byFile = new LinkedHashMap<>();
    for (Place place : places) {
      String said = place.from(folder);
      byFile
          .computeIfAbsent(said.substring(0, said.lastIndexOf(':')), _ -> new ArrayList<>())
          .add(place.line());
    }
    List<String> said = new ArrayList<>();
    byFile.forEach((file, lines) -> said.add(file + ":" + ranges(lines)));
    return String.join(" ", said);
  }

  private static String ranges(List<Integer> lines) {
    List<Integer> sorted = lines.stream().distinct().sorted().toList();
    List<String> ranges = new ArrayList<>();
    int first = sorted.getFirst();
    int last = first;
    for (int line : sorted.subList(1, sorted.size())) {
      if (line != last + 1) {
        ranges.add(first == last ? "" + first : first + "-" + last);
        first = line;
      }
      last = line;
    }
    ranges.add(first == last ? "" + first : first + "-" + last);
    return String.join(",", ranges);
  }

  private static void visit(List<Node> nodes, Consumer<Node> visitor) {
    for (Node node : nodes) {
      visitor.accept(node);
      if (node instanceof Section section) {
        visit(section.nodes(), visitor);
      }
    }
  }
}
