package io.finward.appliance.config;

import io.finward.proxy.access.Networks;
import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.http.Via;
import io.finward.proxy.listen.HeaderEdits;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.listen.ProxyProtocol;
import io.finward.proxy.listen.SourceAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code listeners} and {@code intercept}, each entry by itself. */
final class ListenersReader {
  private static final Map<String, ListenerMode> MODES =
      Map.of(
          "redirect", ListenerMode.REDIRECT,
          "tproxy", ListenerMode.TPROXY,
          "explicit", ListenerMode.EXPLICIT);
  private static final Map<String, SourceAddress> SOURCES =
      Map.of("gateway", SourceAddress.GATEWAY, "client", SourceAddress.CLIENT);

  private static final Map<String, Looking> NAMES =
      Map.of(
          "needed", Looking.NEEDED,
          "seen", Looking.SEEN,
          "verified", Looking.VERIFIED);

  /** As {@link ListenerSettings} wants it. */
  private static final String NAME_PATTERN = "[a-z0-9][a-z0-9-]{0,31}";

  private static final String NETWORKS =
      "a list of networks, at least one, as in [\"198.51.100.0/24\"]";

  private static final Kind<String> NAME =
      value -> {
        String name = Kinds.TEXT.parse(value);
        if (!name.matches(NAME_PATTERN)) {
          throw new WrongValueException("1 to 32 lower-case letters, digits and hyphens");
        }
        return name;
      };

  /** Of the PROXY protocol. */
  static final Kind<HeaderVersion> HEADER_VERSION =
      Kinds.word(Map.of("v1", HeaderVersion.V1, "v2", HeaderVersion.V2));

  private final Findings findings;
  private final Set<String> declaredNames = new LinkedHashSet<>();

  ListenersReader(Findings findings) {
    this.findings = findings;
  }

  /** The listeners in which nothing is wrong. */
  List<Keyed<ListenerSettings>> listeners(Section top) {
    String expected = "a list of listeners, at least one";
    List<Section> sections = top.sections("listeners", expected, false);
    if (!findings.has("listeners")) {
      findings.missing("finward", "listeners", expected);
    }
    List<Keyed<ListenerSettings>> listeners = new ArrayList<>();
    for (Section section : sections) {
      String name = section.readRequired("name", NAME, "a name, as in web");
      ListenerMode mode = section.readRequired("mode", Kinds.word(MODES), Kinds.choice(MODES));
      InetSocketAddress bind =
          section.readRequired("bind", Kinds.ENDPOINT, "an IP address and a port");
      SourceAddress source = section.read("source", Kinds.word(SOURCES), SourceAddress.GATEWAY);
      Looking names = section.read("names", Kinds.word(NAMES), Looking.NEEDED);
      HeaderEdits edits = section.has("http-headers") ? edits(section) : null;
      ProxyProtocol proxyProtocol = proxyProtocol(section);
      section.refuseUnknown();
      if (name != null) {
        declaredNames.add(name);
      }
      if (name != null && mode != null && bind != null) {
        listeners.add(
            new Keyed<>(
                section.path(),
                new ListenerSettings(name, mode, bind, source, names, edits, proxyProtocol)));
      }
    }
    return listeners;
  }

  private static HeaderEdits edits(Section listener) {
    Section section = listener.section("http-headers");
    HeaderEdits edits =
        new HeaderEdits(
            section.read("via", Kinds.word(ExplicitReader.VIA), Via.OFF),
            section.read("forwarded-for", Kinds.BOOLEAN, false));
    section.refuseUnknown();
    return edits;
  }

  private ProxyProtocol proxyProtocol(Section listener) {
    List<Networks.Network> from = List.of();
    if (listener.has("proxy-protocol")) {
      String expected = "networks of balancers, as in { from = [\"192.0.2.10\"] }";
      Section section = listener.section("proxy-protocol");
      from = section.readOneOrMore("from", AccessKinds.NETWORK);
      if (listener.isSection("proxy-protocol") && !section.has("from")) {
        findings.missing(section.path(), section.key("from"), expected);
      }
      section.refuseUnknown();
    }
    HeaderVersion send = listener.readOptional("send-proxy-protocol", HEADER_VERSION);
    return new ProxyProtocol(from, send);
  }

  /** The names of all listeners, in order. */
  Set<String> names() {
    return declaredNames;
  }

  /** The intercept entries in which nothing is wrong. */
  List<Keyed<Intercept>> intercepts(Section top) {
    List<Keyed<Intercept>> intercepts = new ArrayList<>();
    for (Section section : top.sections("intercept", "a list of intercept entries", true)) {
      int before = findings.count();
      String listener = section.readRequired("listener", Kinds.TEXT, "the name of a listener");
      if (listener != null && !declaredNames.isEmpty() && !declaredNames.contains(listener)) {
        findings.wrong(
            section.key("listener"),
            "the name of a listener: " + Kinds.alternatives(declaredNames));
      }
      List<Network> destinations = section.readList("destinations", Kinds.NETWORK, NETWORKS);
      if (!findings.has(section.key("destinations"))) {
        findings.missing(section.path(), section.key("destinations"), NETWORKS);
      }
      List<Network> clients =
          section.readList("clients", Kinds.NETWORK, NETWORKS + "; without the key: everybody");
      List<PortRange> ports =
          section.readList(
              "ports",
              Kinds.PORTS,
              "a list of ports, at least one, as in [\"80\", \"8000-8099\"]; without the key: all");
      section.refuseUnknown();
      if (listener != null && findings.count() == before) {
        intercepts.add(
            new Keyed<>(
                section.path(),
                new Intercept(
                    listener,
                    destinations,
                    ports.isEmpty() ? List.of(PortRange.ALL) : ports,
                    clients)));
      }
    }
    return intercepts;
  }
}
