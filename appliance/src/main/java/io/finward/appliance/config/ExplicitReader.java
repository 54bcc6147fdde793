package io.finward.appliance.config;

import io.finward.proxy.door.OriginSettings;
import io.finward.proxy.http.Via;
import java.util.List;
import java.util.Map;

/** Reads {@code explicit}. */
final class ExplicitReader {
  private static final int LEAST_HEAD = 1024;
  private static final int MOST_HEAD = 1024 * 1024;
  private static final int MOST_ORIGINS = 1_000_000;
  static final Map<String, Via> VIA =
      Map.of("off", Via.OFF, "on", Via.ON, "full", Via.FULL, "block", Via.BLOCK);

  private ExplicitReader() {}

  static ExplicitDoors read(Section section) {
    ExplicitDoors unset = ExplicitDoors.DEFAULT;
    List<PortRange> ports =
        section.has("connect-ports")
            ? section.readOneOrMore("connect-ports", Kinds.PORTS)
            : unset.connectPorts();
    ExplicitDoors doors =
        new ExplicitDoors(
            ports,
            section.read("head-timeout", Kinds.DURATION, unset.headTimeout()),
            section.read("keep-alive", Kinds.DURATION, unset.keepAlive()),
            section.read("max-head", Kinds.count(LEAST_HEAD, MOST_HEAD), unset.maxHead()),
            section.read("via", Kinds.word(VIA), unset.via()),
            section.read("forwarded-for", Kinds.BOOLEAN, unset.forwardedFor()),
            section.readOneOrMore("name-servers", Kinds.ENDPOINT),
            origins(section, unset.origins()));
    section.refuseUnknown();
    return doors;
  }

  private static OriginSettings origins(Section section, OriginSettings unset) {
    return new OriginSettings(
        section.read("origin-keep-alive", Kinds.DURATION, unset.keepAlive()),
        section.read("origin-connections", Kinds.count(0, MOST_ORIGINS), unset.inAll()),
        section.read("connections-per-origin", Kinds.count(1, MOST_ORIGINS), unset.perOrigin()));
  }
}
