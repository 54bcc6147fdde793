package io.finward.appliance.config;

import io.finward.appliance.text.AddressText;
import io.finward.proxy.door.BodyRates;
import io.finward.proxy.door.OriginSettings;
import io.finward.proxy.http.ClientHeader;
import io.finward.proxy.http.Hop;
import io.finward.proxy.http.Via;
import io.finward.proxy.upstream.Leg;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Reads {@code explicit}. */
final class ExplicitReader {
  private static final int LEAST_HEAD = 1024;
  private static final int MOST_HEAD = 1024 * 1024;
  private static final int MOST_ORIGINS = 1_000_000;
  private static final int MOST_RATE = 1_000_000_000;
  private static final int MOST_FORWARDS = 999_999_999;

  /** What Apache's ProxyReceiveBufferSize takes at least. */
  private static final int LEAST_BUFFER = 512;

  private static final int MOST_BUFFER = 1 << 30;
  static final Map<String, Via> VIA =
      Map.of("off", Via.OFF, "on", Via.ON, "full", Via.FULL, "block", Via.BLOCK);
  private static final Map<String, ClientHeader> CLIENT_HEADERS =
      Map.of(
          "x-forwarded-for", ClientHeader.X_FORWARDED_FOR,
          "x-forwarded-host", ClientHeader.X_FORWARDED_HOST,
          "x-forwarded-server", ClientHeader.X_FORWARDED_SERVER,
          "forwarded", ClientHeader.FORWARDED);
  private static final Kind<String> DOMAIN =
      value -> {
        String domain = Kinds.TEXT.parse(value);
        if (!domain.matches("(\\.[A-Za-z0-9_-]{1,63})+") || domain.length() > 200) {
          throw new WrongValueException("a domain with its leading dot, as in .example.org");
        }
        return domain;
      };
  private static final Kind<InetAddress> ADDRESS =
      value -> {
        InetAddress address = AddressText.parseAddress(Kinds.TEXT.parse(value));
        if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
          throw new WrongValueException("an IP address of this machine, as in 192.0.2.1");
        }
        return address;
      };

  private final Findings findings;

  ExplicitReader(Findings findings) {
    this.findings = findings;
  }

  ExplicitDoors read(Section section) {
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
            hop(section),
            section.readOneOrMore("name-servers", Kinds.ENDPOINT),
            origins(section, unset.origins()),
            leg(section),
            rates(section, unset.rates()));
    section.refuseUnknown();
    return doors;
  }

  private Hop hop(Section section) {
    Via via = section.read("via", Kinds.word(VIA), Via.OFF);
    Set<ClientHeader> told = EnumSet.noneOf(ClientHeader.class);
    told.addAll(section.readOneOrMore("client-headers", Kinds.word(CLIENT_HEADERS)));
    if (section.read("forwarded-for", Kinds.BOOLEAN, false)) {
      told.add(ClientHeader.X_FORWARDED_FOR);
    }
    Integer forwards = section.readOptional("max-forwards", Kinds.count(0, MOST_FORWARDS));
    boolean refusesLoops = section.read("refuse-loops", Kinds.BOOLEAN, false);
    if (refusesLoops && via != Via.ON && via != Via.FULL) {
      findings.wrong(
          section.key("refuse-loops"), "via = on or full as well, or no request names this proxy");
    }
    return new Hop(
        via,
        told,
        forwards == null ? OptionalInt.empty() : OptionalInt.of(forwards),
        refusesLoops,
        section.readOptional("domain", DOMAIN));
  }

  private static OriginSettings origins(Section section, OriginSettings unset) {
    return new OriginSettings(
        section.read("origin-keep-alive", Kinds.DURATION, unset.keepAlive()),
        section.read("origin-connections", Kinds.count(0, MOST_ORIGINS), unset.inAll()),
        section.read("connections-per-origin", Kinds.count(1, MOST_ORIGINS), unset.perOrigin()));
  }

  private static BodyRates rates(Section section, BodyRates unset) {
    return new BodyRates(
        section.read("slow-for", Kinds.DURATION, unset.patience()),
        section.read("body-rate", Kinds.count(0, MOST_RATE), unset.request()),
        section.read("answer-rate", Kinds.count(0, MOST_RATE), unset.answer()));
  }

  private Leg leg(Section section) {
    Inet4Address source4 = null;
    Inet6Address source6 = null;
    for (InetAddress address : section.readOneOrMore("source-address", ADDRESS)) {
      if (address instanceof Inet4Address ipv4 && source4 == null) {
        source4 = ipv4;
      } else if (address instanceof Inet6Address ipv6 && source6 == null) {
        source6 = ipv6;
      } else {
        findings.wrong(section.key("source-address"), "at most one IPv4 and one IPv6 address");
      }
    }
    return new Leg(
        source4,
        source6,
        section.read("receive-buffer", Kinds.count(LEAST_BUFFER, MOST_BUFFER), 0));
  }
}
