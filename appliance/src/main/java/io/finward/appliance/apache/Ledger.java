package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Place;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Set;

/** What became of each directive and section. Not thread-safe. */
final class Ledger {
  /** From what is outdone by everything to what outdoes everything. */
  enum Fate {
    /** It says nothing to a forward proxy. */
    NO_MEANING,
    /** Another one of the same name counts. */
    OVERRIDDEN,
    /** It was done while reading, as {@code Include}. */
    OBEYED,
    /** It is on the list. */
    NOT_CARRIED,
    /** The configuration has it. */
    CARRIED
  }

  /** A line of the list: what is not carried over, wholly or in part, and why. */
  record Left(Place place, String text, String reason) {}

  private final IdentityHashMap<Node, Fate> fates = new IdentityHashMap<>();
  private final Set<Left> left = new LinkedHashSet<>();

  void carried(Node node) {
    settle(node, Fate.CARRIED);
  }

  void carried(Collection<Node> nodes) {
    nodes.forEach(this::carried);
  }

  /** Nothing of it is carried over. */
  void notCarried(Node node, String reason) {
    settle(node, Fate.NOT_CARRIED);
    left.add(new Left(node.place(), node.text(), reason));
  }

  /** A section is not carried over, with all that is in it. */
  void notCarriedWhole(Node node, String reason) {
    notCarried(node, reason);
    if (node instanceof Node.Section section) {
      section.nodes().forEach(inner -> settleWhole(inner, Fate.NOT_CARRIED));
    }
  }

  /** Something about it that the administrator has to know, whatever else becomes of it. */
  void remark(Node node, String reason) {
    left.add(new Left(node.place(), node.text(), reason));
  }

  /** A fate; what it has already stays when that is more. */
  void settle(Node node, Fate fate) {
    fates.merge(node, fate, (one, other) -> one.compareTo(other) >= 0 ? one : other);
  }

  /** The same for all that is in it. */
  void settleWhole(Node node, Fate fate) {
    settle(node, fate);
    if (node instanceof Node.Section section) {
      section.nodes().forEach(inner -> settleWhole(inner, fate));
    }
  }

  boolean isSettled(Node node) {
    return fates.containsKey(node);
  }

  /** What became of it. */
  Fate fate(Node node) {
    return fates.getOrDefault(node, Fate.NOT_CARRIED);
  }

  /** The list, in the order in which it was written. */
  Set<Left> left() {
    return left;
  }
}
