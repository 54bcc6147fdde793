package io.finward.appliance.config;

import io.finward.appliance.text.AddressText;
import io.finward.proxy.access.Condition;
import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Parent.Protocol;
import io.finward.proxy.upstream.Route;
import io.finward.proxy.upstream.Routes;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code parents} and {@code route}. */
final class RoutesReader {
  private static final Map<String, Protocol> PROTOCOLS =
      Map.of("http", Protocol.HTTP, "socks5", Protocol.SOCKS5);
  private static final Kind<URI> URL =
      value -> {
        String expected =
            "http://HOST:PORT or socks5://HOST:PORT, as in http://proxy.example.org:3128";
        try {
          URI uri = new URI(Kinds.TEXT.parse(value));
          boolean bare =
              (uri.getRawPath() == null || uri.getRawPath().isEmpty())
                  && uri.getRawQuery() == null
                  && uri.getRawFragment() == null
                  && uri.getRawUserInfo() == null;
          if (uri.getScheme() != null
              && PROTOCOLS.containsKey(uri.getScheme())
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getPort() <= 65535
              && bare) {
            return uri;
          }
        } catch (URISyntaxException _) {
          // Said below.
        }
        throw new WrongValueException(expected);
      };
  private static final Kind<String> USER =
      value -> {
        String user = Kinds.TEXT.parse(value);
        if (!user.matches("[^:\\p{Cntrl}]{1,63}")) {
          throw new WrongValueException("1 to 63 characters without a colon");
        }
        return user;
      };
  private static final Kind<String> PASSWORD =
      value -> {
        String password = Kinds.TEXT.parse(value);
        if (!password.matches("[^\\p{Cntrl}]{1,63}")) {
          throw new WrongValueException("1 to 63 characters");
        }
        return password;
      };

  private final Findings findings;
  private final ConditionReader conditions;
  private final List<Keyed<ListenerSettings>> listeners;
  private final Map<String, Parent> parents = new LinkedHashMap<>();

  RoutesReader(
      Findings findings, ConditionReader conditions, List<Keyed<ListenerSettings>> listeners) {
    this.findings = findings;
    this.conditions = conditions;
    this.listeners = listeners;
  }

  /** The routes in which nothing is wrong. */
  Routes routes(Section top) {
    for (Section section :
        top.sections("parents", "a list of parents, as in [{ name = corp, url = ... }]", true)) {
      parent(section);
    }
    List<Route> routes = new ArrayList<>();
    for (Section section : top.sections("route", "a list of routes", true)) {
      Route route = route(section);
      if (route != null) {
        routes.add(route);
      }
      section.refuseUnknown();
    }
    return new Routes(routes);
  }

  private void parent(Section section) {
    String name = section.readRequired("name", AccessReader.LABEL, "what routes call it");
    URI url = section.readRequired("url", URL, "where it is, as in http://proxy.example.org:3128");
    String user = section.readOptional("user", USER);
    String password = section.readOptional("password", PASSWORD);
    HeaderVersion header = section.readOptional("proxy-protocol", ListenersReader.HEADER_VERSION);
    section.refuseUnknown();
    if ((user == null) != (password == null) && section.has("user") != section.has("password")) {
      String given = section.has("user") ? "user" : "password";
      String other = section.has("user") ? "password" : "user";
      findings.wrong(section.key(given), "%s as well".formatted(section.key(other)));
    }
    if (name == null || url == null) {
      return;
    }
    Protocol protocol = PROTOCOLS.get(url.getScheme());
    Parent.Login login = user == null || password == null ? null : new Parent.Login(user, password);
    if (protocol == null) {
      throw new IllegalStateException(url.getScheme());
    }
    Parent parent = new Parent(name, protocol, bare(url.getHost()), url.getPort(), login, header);
    refuseOwn(section.key("url"), parent);
    if (parents.putIfAbsent(name, parent) != null) {
      findings.wrong(section.key("name"), "a name of its own; another parent has it");
    }
  }

  /** What goes to one of our own listeners would come back for ever. Names are not looked up. */
  private void refuseOwn(String key, Parent parent) {
    InetAddress address = AddressText.parseAddress(parent.host());
    if (address == null) {
      return;
    }
    for (Keyed<ListenerSettings> listener : listeners) {
      InetSocketAddress bind = listener.value().bind();
      if (bind.getPort() == parent.port() && leadsTo(address, bind.getAddress())) {
        findings.wrong(
            key,
            "another proxy; listener %s in line %d has this address"
                .formatted(listener.value().name(), findings.line(listener.key())));
      }
    }
  }

  /** What is known of addresses without asking the machine for its own. */
  private static boolean leadsTo(InetAddress address, InetAddress bound) {
    boolean here = address.isLoopbackAddress() || address.isAnyLocalAddress();
    boolean served = bound instanceof Inet6Address || address instanceof Inet4Address;
    return address.equals(bound) || (bound.isAnyLocalAddress() && here && served);
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private @Nullable Route route(Section section) {
    boolean direct = section.has("direct");
    if (direct == section.has("via")) {
      findings.wrong(
          section.path(),
          "direct or via, as in { direct { destination = \"10.0.0.0/8\" } } or { via = all,"
              + " parents = corp }");
      return null;
    }
    Condition condition = conditions.outermost(section, direct ? "direct" : "via");
    List<Parent> through = new ArrayList<>();
    if (!direct) {
      through.addAll(section.readOneOrMore("parents", named()));
      if (!section.has("parents")) {
        findings.missing(section.path(), section.key("parents"), "names of parents, in order");
      }
    }
    return condition == null || (!direct && through.isEmpty())
        ? null
        : new Route(condition, through);
  }

  private Kind<Parent> named() {
    return value -> {
      Parent parent = parents.get(Kinds.TEXT.parse(value));
      if (parent == null) {
        throw new WrongValueException(
            parents.isEmpty()
                ? "the name of a parent; there are none in parents"
                : "the name of a parent: " + Kinds.alternatives(parents.keySet()));
      }
      return parent;
    };
  }
}
