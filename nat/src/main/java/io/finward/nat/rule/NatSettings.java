package io.finward.nat.rule;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Everything the rules are made from.
 *
 * @param listeners all redirect and tproxy listeners, also those without an interception
 * @param interceptions what they take over, in the configuration's order
 * @param switches which rules are ours
 * @param marks the packet marks in use
 * @param nflogGroup where copies of late packets go
 * @param lease the conntrack timeouts
 */
public record NatSettings(
    List<InterceptingListener> listeners,
    List<Interception> interceptions,
    RuleSwitches switches,
    Marks marks,
    int nflogGroup,
    Lease lease) {
  /** {@link #nflogGroup} unless configured. */
  public static final int NFLOG_GROUP = 5;

  public NatSettings {
    listeners = List.copyOf(listeners);
    interceptions = List.copyOf(interceptions);
    if (nflogGroup < 0 || nflogGroup > 65535) {
      throw new IllegalArgumentException(
          "nflog-group " + nflogGroup + " (expected: a number from 0 to 65535)");
    }
    Set<String> names = new HashSet<>();
    for (InterceptingListener listener : listeners) {
      if (!names.add(listener.name())) {
        throw new IllegalArgumentException(
            "listener " + listener.name() + " (expected: a name that is used once)");
      }
    }
    for (Interception interception : interceptions) {
      check(listeners, interception);
    }
  }

  /** The same with other entries in conntrack. */
  public NatSettings with(Tracking tracking) {
    return new NatSettings(
        listeners, interceptions, switches.with(tracking), marks, nflogGroup, lease);
  }

  /** The listener an interception names. */
  public InterceptingListener listener(Interception interception) {
    return find(listeners, interception.listener());
  }

  /** The listeners of a mode. */
  public List<InterceptingListener> listeners(InterceptionMode mode) {
    return listeners.stream().filter(listener -> listener.mode() == mode).toList();
  }

  /** Whether our rules have to divert packets to sockets that have others' addresses. */
  public boolean diverts() {
    return switches.nat() && listeners.stream().anyMatch(InterceptingListener::diverts);
  }

  /** The families an interception is about. */
  public Set<Family> families(Interception interception) {
    Set<Family> families = EnumSet.noneOf(Family.class);
    for (Family family : listener(interception).families()) {
      if (interception.covers(family)) {
        families.add(family);
      }
    }
    return families;
  }

  /**
   * Whether tuples have to be learned from what arrives: the administrator's own rule may send a
   * redirect listener connections no interception here tells of.
   */
  public boolean learns() {
    List<InterceptingListener> redirects = listeners(InterceptionMode.REDIRECT);
    return switches.wall()
        && !redirects.isEmpty()
        && (!switches.nat()
            || !redirects.stream().allMatch(listener -> hasInterception(listener.name())));
  }

  private boolean hasInterception(String listener) {
    return interceptions.stream().anyMatch(one -> one.listener().equals(listener));
  }

  private static void check(List<InterceptingListener> listeners, Interception interception) {
    InterceptingListener listener = find(listeners, interception.listener());
    for (Cidr destination : interception.destinations()) {
      if (!listener.families().contains(destination.family())) {
        throw new IllegalArgumentException(
            "%s (expected: a network the listener %s can accept connections for; it is bound to %s)"
                .formatted(destination, listener.name(), Literal.of(listener.address())));
      }
    }
  }

  private static InterceptingListener find(List<InterceptingListener> listeners, String name) {
    return listeners.stream()
        .filter(listener -> Objects.equals(listener.name(), name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "listener " + name + " (expected: the name of a redirect or tproxy listener)"));
  }
}
