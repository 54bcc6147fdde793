package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The configuration while it is written, each line with the directives it comes from. */
final class ConfText {
  private static final int WIDEST = 120;

  private final Path folder;
  private final List<String> lines = new ArrayList<>();
  private final Set<Node> shown = Collections.newSetFromMap(new IdentityHashMap<>());
  private String indent = "";

  /**
   * @param folder what places are told relative to
   */
  ConfText(Path folder) {
    this.folder = folder;
  }

  /** Opens a section, or a list. */
  void open(String head, Collection<? extends Node> sources) {
    line(head + (head.endsWith("[") ? "" : " {"), sources);
    indent += "  ";
  }

  /** Closes a section; one without anything in it goes. */
  void close() {
    if (lines.getLast().endsWith(" {")) {
      indent = indent.substring(2);
      lines.removeLast();
    } else {
      close("}");
    }
  }

  void close(String bracket) {
    indent = indent.substring(2);
    lines.add(indent + bracket);
  }

  /** A setting: its source beside it where there is room, and otherwise above. */
  void line(String text, Collection<? extends Node> sources) {
    shown.addAll(sources);
    List<String> said = new ArrayList<>();
    for (Node node : new LinkedHashSet<>(sources)) {
      said.add("# %s: %s".formatted(node.place().from(folder), node.text()));
    }
    List<String> once = said.stream().distinct().toList();
    String beside = indent + text + "  " + String.join("", once);
    // Not beside a path, which may be of any length: the layout is the same on every machine.
    boolean path = text.contains("\"/") || text.contains("file:/");
    if (once.size() == 1 && !path && beside.length() <= WIDEST) {
      lines.add(beside);
    } else {
      once.forEach(this::comment);
      lines.add(indent + text);
    }
  }

  /** A line of comment, with its {@code #}. */
  void comment(String text) {
    lines.add(indent + text);
  }

  /** An empty line. */
  void gap() {
    lines.add("");
  }

  /** Whether a line says that it comes from a directive. */
  boolean shows(Node node) {
    return shown.contains(node);
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }
}
