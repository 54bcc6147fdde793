package io.finward.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What one piece of load measures: the unit that {@code --figure} chooses. */
enum Figure {
  /** Whole large objects, one after the other. */
  BYTES,
  /** A connection for each small object. */
  CONNECTIONS,
  /** Small objects over kept connections. */
  REQUESTS,
  /** One small request at a time. */
  LATENCY,
  /** Small requests at a fixed rate, whatever comes back. */
  OPEN_LOOP,
  /** Sessions that are open, or half-closed, and silent; and the start before it. */
  MEMORY,
  /** A connection for each small object, beside ever more sessions that are open and silent. */
  SCALE,
  /** Small absolute-form requests over kept connections to the proxy. */
  EXPLICIT(Door.EXPLICIT, Contestant.HAPROXY),
  /** A CONNECT for each small object. HAProxy has no CONNECT: Squid is the reference. */
  TUNNELS(Door.EXPLICIT, Contestant.SQUID);

  private final Door door;
  private final String reference;

  Figure() {
    this(Door.INTERCEPTING, Contestant.HAPROXY);
  }

  Figure(Door door, String reference) {
    this.door = door;
    this.reference = reference;
  }

  /** Which door the load goes through. */
  Door door() {
    return door;
  }

  /** The contestant that the others are compared with. */
  String reference() {
    return reference;
  }

  /** All that go through one door, in their order. */
  static Set<Figure> of(Door door) {
    Set<Figure> figures = EnumSet.allOf(Figure.class);
    figures.removeIf(figure -> figure.door != door);
    return figures;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  List<Metric> metrics() {
    return Arrays.stream(Metric.values()).filter(metric -> metric.figure() == this).toList();
  }
}
