package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What {@code <Limit>} and {@code <LimitExcept>} make of a section: several sections, each for some
 * methods.
 */
final class Methods {
  /** So many sections in one are two to that power of cases; nobody has more than two. */
  private static final int MOST = 3;

  private final List<Node> free = new ArrayList<>();
  private final Map<Criterion, List<Node>> limited = new LinkedHashMap<>();

  private Methods() {}

  /** Takes a section apart. */
  static Methods of(Section section, Ledger ledger) {
    Methods methods = new Methods();
    for (Node node : section.nodes()) {
      if (!(node instanceof Section inner) || !isLimit(inner)) {
        methods.free.add(node);
        continue;
      }
      boolean words =
          !inner.words().isEmpty()
              && inner.words().stream()
                  .map(word -> word.toUpperCase(Locale.ROOT))
                  .allMatch(Methods::isOne);
      if (!words || methods.limited.size() == MOST) {
        ledger.notCarriedWhole(
            inner,
            words
                ? "more than %d of them in one section: LOOK AT IT".formatted(MOST)
                : "methods are words: LOOK AT IT");
        continue;
      }
      ledger.settle(inner, Fate.CARRIED);
      Criterion when = when(inner);
      methods.limited.computeIfAbsent(when, _ -> new ArrayList<>()).addAll(inner.nodes());
    }
    return methods;
  }

  /** Whether a text is a method that rules take. */
  static boolean isOne(String text) {
    return text.matches("[A-Z][A-Z-]{0,31}");
  }

  private static boolean isLimit(Section section) {
    return section.is("Limit") || section.is("LimitExcept");
  }

  private static Criterion when(Section limit) {
    List<String> names = new ArrayList<>();
    for (String word : limit.words()) {
      String name = word.toUpperCase(Locale.ROOT);
      names.add(name);
      if (name.equals("GET")) {
        names.add("HEAD"); // Apache counts it as GET.
      }
    }
    Criterion one = new Criterion.Is("method", names.stream().distinct().toList(), List.of(limit));
    return limit.is("Limit") ? one : Criterion.not(one);
  }

  /** Whether some of it is for some methods only. */
  boolean isLimited() {
    return !limited.isEmpty();
  }

  /** All nodes, whatever their methods. */
  List<Node> nodes() {
    List<Node> all = new ArrayList<>(free);
    limited.values().forEach(all::addAll);
    return all;
  }

  /** What a section asks for, given what a list of its nodes asks for. */
  Criterion each(Function<List<Node>, Criterion> asked) {
    List<Criterion> whens = List.copyOf(limited.keySet());
    List<Criterion> cases = new ArrayList<>();
    for (int chosen = 0; chosen < 1 << whens.size(); chosen++) {
      List<Criterion> parts = new ArrayList<>();
      List<Node> nodes = new ArrayList<>(free);
      for (int i = 0; i < whens.size(); i++) {
        Criterion when = whens.get(i);
        boolean here = (chosen >> i & 1) == 1;
        parts.add(here ? when : Criterion.not(when));
        if (here) {
          nodes.addAll(limited.getOrDefault(when, List.of()));
        }
      }
      parts.add(asked.apply(nodes));
      cases.add(Criterion.all(parts));
    }
    return Criterion.any(cases);
  }
}
