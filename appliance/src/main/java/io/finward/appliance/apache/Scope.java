package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import io.finward.appliance.apache.syntax.Node.Section;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server as its clients see it: the main one, or a virtual host with what it inherits.
 *
 * @param host the section; null for the main server
 * @param nodes what holds for it, the host's own after the main server's
 */
record Scope(@Nullable Section host, List<Node> nodes) {
  Scope {
    nodes = List.copyOf(nodes);
  }

  /** The main server: everything but virtual hosts. */
  static Scope main(List<Node> all) {
    return new Scope(null, all.stream().filter(node -> !node.is("VirtualHost")).toList());
  }

  /** A virtual host. */
  Scope with(Section virtual) {
    List<Node> both = new ArrayList<>(nodes);
    both.addAll(virtual.nodes());
    return new Scope(virtual, both);
  }

  /** All of that name outside of sections, in order. */
  List<Directive> every(String name) {
    List<Directive> found = new ArrayList<>();
    for (Node node : nodes) {
      if (node instanceof Directive directive && node.is(name)) {
        found.add(directive);
      }
    }
    return found;
  }

  /** The one that counts, where the last one does; null without any. */
  @Nullable Directive last(String name) {
    List<Directive> found = every(name);
    return found.isEmpty() ? null : found.getLast();
  }

  /** The same; the others are settled. */
  @Nullable Directive last(String name, Ledger ledger) {
    List<Directive> found = every(name);
    found.stream()
        .limit(Math.max(0, found.size() - 1))
        .forEach(one -> ledger.settle(one, Fate.OVERRIDDEN));
    return found.isEmpty() ? null : found.getLast();
  }

  /**
   * All of that name outside of sections and in those for every request, in the order in which they
   * count.
   */
  List<Directive> everywhere(String name) {
    List<Directive> found = new ArrayList<>(every(name));
    for (Section section : sections()) {
      if (UrlMatch.of(section) instanceof UrlMatch.Of(Criterion when)
          && when.equals(Criterion.always())) {
        section.directives().stream().filter(one -> one.is(name)).forEach(found::add);
      }
    }
    return found;
  }

  /** The sections by URL, in the order in which they are merged: locations come last. */
  List<Section> sections() {
    List<Section> proxies = new ArrayList<>();
    List<Section> locations = new ArrayList<>();
    for (Node node : nodes) {
      if (node instanceof Section section && UrlMatch.isOne(section)) {
        (UrlMatch.isLocation(section) ? locations : proxies).add(section);
      }
    }
    proxies.addAll(locations);
    return proxies;
  }

  /** Whether it is a forward proxy. */
  boolean forwards() {
    Directive requests = last("ProxyRequests");
    return requests != null && requests.word(0).equalsIgnoreCase("on");
  }

  /** Whether its clients speak TLS to it. */
  boolean secured() {
    Directive engine = last("SSLEngine");
    return engine != null && engine.word(0).equalsIgnoreCase("on");
  }
}
