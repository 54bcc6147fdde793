package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a rule of {@code access} or {@code route} asks, in as few words as it takes. Immutable. */
sealed interface Criterion {
  /**
   * A condition of the configuration.
   *
   * @param key as {@code client}
   * @param values as they are written, of which one must hold
   * @param sources the directives that say so
   */
  record Is(String key, List<String> values, List<Node> sources) implements Criterion {
    public Is {
      values = List.copyOf(values);
      sources = List.copyOf(sources);
    }
  }

  /** All hold. */
  record All(List<Criterion> parts) implements Criterion {
    public All {
      parts = List.copyOf(parts);
    }
  }

  /** At least one holds. */
  record Any(List<Criterion> parts) implements Criterion {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  /** It does not hold. */
  record Not(Criterion part) implements Criterion {}

  /** What holds for every request. */
  static Criterion always() {
    return new All(List.of());
  }

  /** What holds for none. */
  static Criterion never() {
    return new Any(List.of());
  }

  static Criterion all(List<Criterion> parts) {
    Set<Criterion> flat = new LinkedHashSet<>();
    for (Criterion part : parts) {
      if (part.equals(never())) {
        return never();
      }
      for (Criterion one : part instanceof All(List<Criterion> inner) ? inner : List.of(part)) {
        String url = url(one);
        if (flat.stream().anyMatch(other -> apart(url, url(other)))) {
          return never();
        }
        flat.add(one);
      }
    }
    return flat.size() == 1 ? flat.iterator().next() : new All(List.copyOf(flat));
  }

  /** The one beginning that a URL must have; empty when that is not what is asked. */
  private static String url(Criterion part) {
    return part instanceof Is is && is.key.equals("url") && is.values.size() == 1
        ? is.values.getFirst()
        : "";
  }

  /** Whether no URL begins with both. */
  private static boolean apart(String one, String other) {
    return !one.startsWith(other) && !other.startsWith(one);
  }

  static Criterion all(Criterion... parts) {
    return all(List.of(parts));
  }

  /** Conditions of the same key become one. */
  static Criterion any(List<Criterion> parts) {
    Map<Object, Criterion> merged = new LinkedHashMap<>();
    for (Criterion part : parts) {
      if (part.equals(always())) {
        return always();
      }
      for (Criterion one : part instanceof Any(List<Criterion> inner) ? inner : List.of(part)) {
        if (one instanceof Is is) {
          merged.merge(is.key(), is, (had, more) -> joined((Is) had, (Is) more));
        } else {
          merged.put(one, one);
        }
      }
    }
    return merged.size() == 1
        ? merged.values().iterator().next()
        : new Any(List.copyOf(merged.values()));
  }

  static Criterion any(Criterion... parts) {
    return any(List.of(parts));
  }

  static Criterion not(Criterion part) {
    if (part instanceof Not(Criterion inner)) {
      return inner;
    }
    return part.equals(always()) ? never() : part.equals(never()) ? always() : new Not(part);
  }

  private static Is joined(Is one, Is other) {
    Set<String> values = new LinkedHashSet<>(one.values());
    values.addAll(other.values());
    List<Node> sources = new ArrayList<>(one.sources());
    other.sources().stream().filter(node -> !sources.contains(node)).forEach(sources::add);
    return new Is(one.key(), List.copyOf(values), sources);
  }

  /** The directives behind it, in the order in which they are asked. */
  default List<Node> sources() {
    return switch (this) {
      case Is is -> is.sources;
      case All(List<Criterion> parts) -> sources(parts);
      case Any(List<Criterion> parts) -> sources(parts);
      case Not(Criterion part) -> part.sources();
    };
  }

  private static List<Node> sources(List<Criterion> parts) {
    List<Node> sources = new ArrayList<>();
    parts.forEach(part -> sources.addAll(part.sources()));
    return sources;
  }

  /** Whether it needs to know the user. */
  default boolean asksForUser() {
    return switch (this) {
      case Is is -> Set.of("user", "group", "valid-user").contains(is.key);
      case All(List<Criterion> parts) -> parts.stream().anyMatch(Criterion::asksForUser);
      case Any(List<Criterion> parts) -> parts.stream().anyMatch(Criterion::asksForUser);
      case Not(Criterion part) -> part.asksForUser();
    };
  }

  /** As the value of {@code allow}, {@code deny} and so on: {@code = all} or {@code { ... }}. */
  default String text() {
    return equals(always()) ? "= all" : "{ " + body() + " }";
  }

  private String body() {
    return switch (this) {
      case Is is when is.key.equals("valid-user") -> "valid-user = true";
      case Is is -> is.key + " = " + Hocon.oneOrList(is.values);
      case Not(Any(List<Criterion> parts)) -> "not = " + list(parts);
      case Not(Criterion part) -> "not { " + part.body() + " }";
      case Any(List<Criterion> parts) -> "any = " + list(parts);
      case All(List<Criterion> parts) -> together(parts);
    };
  }

  /** Side by side where each key comes once. */
  private static String together(List<Criterion> parts) {
    List<String> keys = new ArrayList<>();
    for (Criterion part : parts) {
      keys.add(part instanceof Is is ? is.key : part instanceof Not ? "not" : "any");
    }
    return Set.copyOf(keys).size() == keys.size()
        ? String.join(", ", parts.stream().map(Criterion::body).toList())
        : "all = " + list(parts);
  }

  private static String list(List<Criterion> parts) {
    return "[ "
        + String.join(", ", parts.stream().map(part -> "{ " + part.body() + " }").toList())
        + " ]";
  }
}
