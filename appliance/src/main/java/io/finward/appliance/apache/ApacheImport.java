package io.finward.appliance.apache;

import io.finward.appliance.apache.AccessRules.Rule;
import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.Routes.Route;
import io.finward.appliance.apache.syntax.BadHttpdConfException;
import io.finward.appliance.apache.syntax.HttpdConf;
import io.finward.appliance.apache.syntax.HttpdReader;
import io.finward.appliance.apache.syntax.HttpdReader.Given;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes a configuration of Finward from one of httpd. Used once, by one thread. */
public final class ApacheImport {
  private final HttpdConf conf;
  private final Ledger ledger = new Ledger();
  private final Report report;
  private final ConfText out;

  /**
   * What came of it.
   *
   * @param text the configuration, with the list as comments at its end
   * @param left what is not carried over and why, {@code FILE:LINE: directive: reason}
   * @param doors how many explicit listeners there are
   */
  public record Imported(String text, List<String> left, int doors) {
    public Imported {
      left = List.copyOf(left);
    }
  }

  private ApacheImport(HttpdConf conf) {
    this.conf = conf;
    this.report = new Report(conf, ledger);
    this.out = new ConfText(conf.folder());
  }

  /**
   * Reads a configuration and makes ours.
   *
   * @throws BadHttpdConfException when it cannot be read, or has no forward proxy
   */
  public static Imported of(Path main, Given given) throws BadHttpdConfException {
    return new ApacheImport(HttpdReader.read(main, given)).run();
  }

  private Imported run() throws BadHttpdConfException {
    List<Door> doors = new Doors(conf, ledger).find();
    if (doors.isEmpty()) {
      throw new BadHttpdConfException(
          conf.main(),
          "no forward proxy in it (expected: ProxyRequests On, and a Listen that leads there)");
    }
    Users users = new Users(conf, doors.stream().map(Door::scope).toList(), ledger);
    List<Rule> rules = rules(doors, users);
    Scalars scalars = new Scalars(conf, doors, ledger);

    out.comment("# From " + conf.main() + ", by finward import-apache. Look it over, then:");
    out.comment("# finward check -c FILE");
    out.open("finward", List.of());
    listeners(doors);
    out.open("explicit", List.of());
    connectPorts(doors).write(out);
    scalars.writeExplicit(out);
    out.close();
    users.write(out);
    access(rules);
    routes(doors);
    new Treatments(doors, ledger).write(out);
    ErrorPages pages = new ErrorPages(conf, ledger);
    Logs logs = new Logs(conf, ledger);
    for (Door door : doors) {
      pages.add(door.scope());
      logs.add(door);
    }
    pages.write(out);
    scalars.writeTimeouts(out);
    scalars.writeLimits(out);
    logs.write(out, doors.size());
    out.close();

    report.settleTheRest();
    List<String> left = report.left();
    appendix(left);
    return new Imported(out.text(), left, doors.size());
  }

  private ConnectPorts connectPorts(List<Door> doors) {
    // In 1.3 one module had it all.
    boolean tunnels =
        !conf.modules().loads("proxy_http_module") || conf.modules().loads("proxy_connect_module");
    return new ConnectPorts(doors, tunnels, ledger);
  }

  private void listeners(List<Door> doors) {
    out.open("listeners = [", List.of());
    for (Door door : doors) {
      out.line(
          "{ name = %s, mode = explicit, bind = \"%s\" }".formatted(door.name(), door.bind()),
          door.sources());
    }
    out.comment(
        "# Does a REDIRECT rule of the gateway lead here? Nothing in httpd.conf says so. Then:");
    out.comment(
        "# { name = web, mode = redirect, bind = \"0.0.0.0:%d\" }"
            .formatted(doors.getFirst().port()));
    out.comment("# in the place of an explicit listener on that port, and below, as in the rule,");
    out.comment("# intercept = [ { listener = web, destinations = [\"198.51.100.7\"] } ]");
    out.comment("# rules { nat = false }");
    out.close("]");
  }

  /** The rules of all doors; those of one door name it when there are several. */
  private List<Rule> rules(List<Door> doors, Users users) {
    ConnectPorts ports = connectPorts(doors);
    List<List<Rule>> each = new ArrayList<>();
    for (Door door : doors) {
      List<Rule> own = new ArrayList<>();
      Criterion blocked = new Blocks(ledger).of(door.scope());
      deny(own, blocked);
      deny(own, ports.refused(door.scope()));
      own.addAll(new AccessRules(door.scope(), users, ledger).of(door.scope()));
      each.add(own);
    }
    if (each.stream().map(ApacheImport::said).distinct().count() == 1) {
      return each.getFirst();
    }
    List<Rule> all = new ArrayList<>();
    for (int i = 0; i < doors.size(); i++) {
      Criterion here = new Criterion.Is("listener", List.of(doors.get(i).name()), List.of());
      for (Rule rule : each.get(i)) {
        all.add(new Rule(rule.action(), Criterion.all(here, rule.when()), rule.sources()));
      }
    }
    return all;
  }

  private static void deny(List<Rule> rules, Criterion when) {
    if (!when.equals(Criterion.never())) {
      rules.add(new Rule("deny", when, when.sources()));
    }
  }

  private static String said(List<Rule> rules) {
    return String.join("\n", rules.stream().map(ApacheImport::said).toList());
  }

  private static String said(Rule rule) {
    return "{ %s %s }".formatted(rule.action(), rule.when().text());
  }

  private void access(List<Rule> rules) {
    boolean open = rules.size() == 1 && said(rules.getFirst()).equals("{ allow = all }");
    if (open) {
      out.comment(
          "# Everybody may use this proxy, as in Apache. End the list with { deny = all }.");
    }
    out.open("access = [", List.of());
    for (Rule rule : rules) {
      out.line(said(rule), rule.sources());
    }
    out.close("]");
  }

  private void routes(List<Door> doors) {
    Routes made = new Routes(ledger);
    List<List<Route>> each = new ArrayList<>();
    doors.forEach(door -> each.add(made.of(door.scope())));
    if (!made.any()) {
      return;
    }
    made.writeParents(out);
    boolean same =
        each.stream()
                .map(routes -> routes.stream().map(ApacheImport::said).toList())
                .distinct()
                .count()
            == 1;
    out.open("route = [", List.of());
    for (int i = 0; i < (same ? 1 : doors.size()); i++) {
      Criterion here = new Criterion.Is("listener", List.of(doors.get(i).name()), List.of());
      for (Route route : each.get(i)) {
        Criterion when = same ? route.when() : Criterion.all(here, route.when());
        out.line(said(new Route(when, route.parents(), List.of())), route.sources());
      }
    }
    out.close("]");
  }

  private static String said(Route route) {
    return route.parents().isEmpty()
        ? "{ direct %s }".formatted(route.when().text())
        : "{ via %s, parents = %s }"
            .formatted(route.when().text(), Hocon.oneOrList(route.parents()));
  }

  private void appendix(List<String> left) {
    list("Not carried over", left);
    list("Not carried over, with the section around them", report.unlisted());
    list("Conditions that do not hold", report.skipped());
    list(
        "Carried over, together with others",
        report.grouped(node -> ledger.fate(node) == Fate.CARRIED && !out.shows(node)));
    list("Done while reading", report.grouped(Fate.OBEYED));
    list("Overridden by a later one", report.grouped(Fate.OVERRIDDEN));
    list("Without a meaning for a forward proxy", report.grouped(Fate.NO_MEANING));
  }

  private void list(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      out.gap();
      out.comment("# " + title + ":");
      lines.forEach(line -> out.comment("#   " + line));
    }
  }
}
