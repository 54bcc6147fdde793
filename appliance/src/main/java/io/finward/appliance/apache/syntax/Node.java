package io.finward.appliance.apache.syntax;

import java.util.List;

/** A directive or a section. Compared by identity where it matters: equal lines are two. */
public sealed interface Node {
  /** Where it begins. */
  Place place();

  /** As it is written, without the angle bracket. */
  String name();

  /** What follows the name, variables replaced, quotes as they are. */
  String rest();

  /** {@link #rest} as words, without their quotes. */
  List<String> words();

  /** Whether it has a name; case does not matter. */
  default boolean is(String name) {
    return name().equalsIgnoreCase(name);
  }

  /** As one line, passwords in URLs hidden. */
  default String text() {
    String line = rest().isEmpty() ? name() : name() + " " + rest();
    String hidden = line.replaceAll("(://[^/@\\s:]*):[^/@\\s]*@", "$1:***@");
    String narrow = hidden.replaceAll("\\s{2,}", " ");
    return this instanceof Section ? "<" + narrow + ">" : narrow;
  }

  /** One directive. */
  record Directive(Place place, String name, String rest, List<String> words) implements Node {
    public Directive {
      words = List.copyOf(words);
    }

    /** The word at a position from 0; empty when there is none. */
    public String word(int at) {
      return at < words.size() ? words.get(at) : "";
    }
  }

  /** A section and what is in it, conditions and includes resolved. */
  record Section(Place place, String name, String rest, List<String> words, List<Node> nodes)
      implements Node {
    public Section {
      words = List.copyOf(words);
      nodes = List.copyOf(nodes);
    }

    /** Its directives, not those of sections within it. */
    public List<Directive> directives() {
      return nodes.stream().filter(Directive.class::isInstance).map(Directive.class::cast).toList();
    }
  }
}
