package io.finward.appliance.apache;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ProxyRemote}, {@code ProxyRemoteMatch} and {@code NoProxy}. */
final class Routes {
  private final Ledger ledger;
  private final Map<String, Named> parents = new LinkedHashMap<>();

  /** A parent, by the URL that names it. */
  private record Named(String name, String settings, List<Node> sources) {}

  /**
   * A route.
   *
   * @param parents their names; empty for straight
   */
  record Route(Criterion when, List<String> parents, List<Node> sources) {}

  Routes(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The routes of a door. */
  List<Route> of(Scope scope) {
    List<Directive> remotes = new ArrayList<>();
    for (Node node : scope.nodes()) {
      if (node instanceof Directive directive
          && (node.is("ProxyRemote") || node.is("ProxyRemoteMatch"))) {
        remotes.add(directive);
      }
    }
    List<Route> through = new ArrayList<>();
    for (Directive remote : remotes) {
      Criterion when = when(remote);
      String parent = when == null ? null : parent(remote);
      if (when != null && parent != null) {
        ledger.carried(remote);
        add(through, when, parent, remote);
      }
    }
    List<Route> routes = new ArrayList<>();
    Criterion direct = direct(scope, !through.isEmpty());
    if (!through.isEmpty() && !direct.equals(Criterion.never())) {
      routes.add(new Route(direct, List.of(), direct.sources()));
    }
    routes.addAll(through);
    return routes;
  }

  /**
   * Apache tries each that matches: a later one with the same condition is the next to be tried.
   */
  private static void add(List<Route> routes, Criterion when, String parent, Node source) {
    boolean there = false;
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      if (same(route.when(), when) || when.equals(Criterion.always())) {
        there |= same(route.when(), when);
        List<String> names = new ArrayList<>(route.parents());
        List<Node> sources = new ArrayList<>(route.sources());
        if (!names.contains(parent)) {
          names.add(parent);
          sources.add(source);
        }
        routes.set(i, new Route(route.when(), names, sources));
      }
    }
    if (!there) {
      routes.add(new Route(when, List.of(parent), List.of(source)));
    }
  }

  private static boolean same(Criterion one, Criterion other) {
    return one.text().equals(other.text());
  }

  private @Nullable Criterion when(Directive remote) {
    String match = remote.word(0);
    List<Node> sources = List.of(remote);
    if (remote.is("ProxyRemoteMatch")) {
      try {
        Pattern.compile(match);
        return match.matches("\\^?(\\.\\*)?\\$?")
            ? Criterion.always()
            : new Criterion.Is("url-regex", List.of(match), sources);
      } catch (PatternSyntaxException e) {
        ledger.notCarried(remote, "not an expression of RE2: " + e.getMessage());
        return null;
      }
    }
    if (match.equals("*")) {
      return Criterion.always();
    }
    if (match.equalsIgnoreCase("ftp") || match.toLowerCase(Locale.ROOT).startsWith("ftp:")) {
      ledger.notCarried(remote, "ftp:// is out of scope");
      return null;
    }
    if (match.equalsIgnoreCase("https")) {
      ledger.remark(
          remote, "https:// URLs only, as in Apache: a CONNECT goes straight without a * as well");
    }
    String url = match.contains(":") ? match : match.toLowerCase(Locale.ROOT) + "://";
    return new Criterion.Is("url", List.of(url), sources);
  }

  private @Nullable String parent(Directive remote) {
    String url = remote.word(1);
    String key = url + " " + remote.word(2);
    Named known = parents.get(key);
    if (known != null) {
      known.sources().add(remote);
      return known.name();
    }
    try {
      URI uri = new URI(url);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean tls = scheme.equals("https");
      if (!(scheme.equals("http") || tls) || uri.getHost() == null) {
        ledger.notCarried(remote, "no parent (expected: http://HOST:PORT or https://HOST:PORT)");
        return null;
      }
      if (tls) {
        ledger.remark(
            remote,
            "TLS to this parent, whose certificate must be for %s: parents[].ca says who signs it"
                .formatted(uri.getHost()));
      }
      String login = remote.word(2).isEmpty() ? uri.getUserInfo() : remote.word(2);
      String name = "parent" + (parents.isEmpty() ? "" : "-" + (parents.size() + 1));
      int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
      String at = "%s://%s:%d".formatted(scheme, uri.getHost(), port);
      String settings = "name = %s, url = %s".formatted(name, Hocon.quoted(at));
      List<Node> sources = new ArrayList<>(List.of(remote));
      parents.put(key, new Named(name, settings + credentials(remote, login), sources));
      return name;
    } catch (URISyntaxException e) {
      ledger.notCarried(
          remote, "no parent (expected: http://HOST:PORT or https://HOST:PORT); " + e.getReason());
      return null;
    }
  }

  private String credentials(Directive remote, @Nullable String login) {
    if (login == null) {
      return "";
    }
    int colon = login.indexOf(':');
    String user = colon < 0 ? login : login.substring(0, colon);
    String password = colon < 0 ? "" : login.substring(colon + 1);
    if (!user.matches("[^\\p{Cntrl}]{1,63}") || !password.matches("[^\\p{Cntrl}]{1,63}")) {
      ledger.remark(remote, "user and password have 1 to 63 characters each: add them yourself");
      return "";
    }
    return ", user = %s, password = %s".formatted(Hocon.quoted(user), Hocon.quoted(password));
  }

  private Criterion direct(Scope scope, boolean needed) {
    List<Criterion> any = new ArrayList<>();
    for (Directive directive : scope.every("NoProxy")) {
      if (!needed) {
        ledger.notCarried(directive, "nothing goes through a parent");
        continue;
      }
      ledger.carried(directive);
      for (String word : directive.words()) {
        any.add(straight(directive, word));
      }
    }
    return Criterion.any(any);
  }

  private Criterion straight(Directive directive, String word) {
    List<Node> sources = List.of(directive);
    String network = Addresses.network(word);
    if (network != null) {
      return new Criterion.Is("destination", List.of(network), sources);
    }
    String name = word.toLowerCase(Locale.ROOT);
    name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (!name.matches("\\.?[a-z0-9_][a-z0-9_-]*(\\.[a-z0-9_][a-z0-9_-]*)*")) {
      ledger.remark(directive, "\"%s\" is neither a name nor a network".formatted(word));
      return Criterion.never();
    }
    // In Apache a domain is what is below it.
    return new Criterion.Is("name", List.of(name.startsWith(".") ? "*" + name : name), sources);
  }

  /** Whether any route goes through a parent. */
  boolean any() {
    return !parents.isEmpty();
  }

  void writeParents(ConfText out) {
    out.open("parents = [", List.of());
    for (Named parent : parents.values()) {
      out.line("{ " + parent.settings() + " }", parent.sources());
    }
    out.close("]");
  }
}
