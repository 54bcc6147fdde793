package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.HttpdConf;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings that have one value for all doors: of {@code explicit}, timeouts and limits. */
final class Scalars {
  /** What httpd has without a directive: LimitRequestLine, LimitRequestFieldSize and -Fields. */
  private static final int LINE = 8190;

  private static final int FIELDS = 100;
  private static final int LEAST_HEAD = 1024;
  private static final int USUAL_HEAD = 65536;
  private static final int MOST_SESSIONS = 10_000_000;
  private static final int MOST_HEAD = 1024 * 1024;

  private final HttpdConf conf;
  private final List<Door> doors;
  private final Ledger ledger;

  Scalars(HttpdConf conf, List<Door> doors, Ledger ledger) {
    this.conf = conf;
    this.doors = doors;
    this.ledger = ledger;
  }

  void writeExplicit(ConfText out) {
    new ReadTimeouts(doors, ledger).write(out);
    keepAlive(out);
    head(out);
    new Hops(this::one, ledger).write(out);
  }

  void writeTimeouts(ConfText out) {
    Directive proxy = one("ProxyTimeout");
    Directive server = one("Timeout");
    Directive said = proxy == null ? server : proxy;
    long millis = said == null ? 0 : Numbers.millis(said.word(0));
    if (said != null && millis == 0) {
      ledger.notCarried(said, "a time of at most 365 days is wanted");
    }
    if (said == null || millis == 0) {
      return;
    }
    if (server != null && said.equals(proxy)) {
      ledger.settle(server, Fate.OVERRIDDEN);
    }
    out.open("timeouts", List.of());
    out.line("connect = " + Hocon.seconds(millis), carried(said));
    out.line("idle = " + Hocon.seconds(millis), carried(said));
    out.close();
  }

  void writeLimits(ConfText out) {
    Directive workers = one("MaxRequestWorkers");
    Directive clients = workers == null ? one("MaxClients") : workers;
    int most = clients == null ? -1 : Numbers.count(clients.word(0));
    if (clients == null) {
      return;
    }
    if (most < 1 || most > MOST_SESSIONS) {
      ledger.notCarried(clients, "a number from 1 to %d is wanted".formatted(MOST_SESSIONS));
      return;
    }
    out.comment(
        "# Idle connections count, too. A session costs kilobytes, where Apache had a worker for it:"
            + " raise it, or leave it out.");
    out.open("limits", List.of());
    out.line("sessions = " + most, carried(clients));
    out.close();
  }

  private void keepAlive(ConfText out) {
    Directive off = one("KeepAlive");
    if (off != null) {
      if (off.word(0).equalsIgnoreCase("off") || off.word(0).equals("0")) {
        ledger.notCarried(off, "a client may always send its next request on its connection");
      } else {
        ledger.settle(off, Fate.NO_MEANING);
      }
    }
    Directive timeout = one("KeepAliveTimeout");
    long millis = timeout == null ? 0 : Numbers.millis(timeout.word(0));
    if (timeout != null && millis == 0) {
      ledger.notCarried(timeout, "a time of at most 365 days is wanted");
    } else if (timeout != null) {
      out.line("keep-alive = " + Hocon.seconds(millis), carried(timeout));
    }
  }

  /** One limit for what httpd has three for: no smaller than the largest head that httpd takes. */
  private void head(ConfText out) {
    List<Node> sources = new ArrayList<>();
    long line = limit("LimitRequestLine", LINE, sources);
    long size = limit("LimitRequestFieldSize", LINE, sources);
    long fields = limit("LimitRequestFields", FIELDS, sources);
    if (sources.isEmpty()) {
      return;
    }
    long whole = fields == 0 ? Long.MAX_VALUE : line + fields * size;
    long most = whole <= USUAL_HEAD ? whole : Math.max(USUAL_HEAD, line + 4 * size);
    ledger.carried(sources);
    out.line("max-head = " + Math.clamp(most, LEAST_HEAD, MOST_HEAD), sources);
  }

  private long limit(String name, int usual, List<Node> sources) {
    Directive directive = one(name);
    int limit = directive == null ? usual : Numbers.count(directive.word(0));
    if (directive != null && limit >= 0) {
      sources.add(directive);
    } else if (directive != null) {
      ledger.notCarried(directive, "a number is wanted");
    }
    return limit < 0 ? usual : limit;
  }

  /** The one of the first door that has it; another value of another door goes to the list. */
  private @Nullable Directive one(String name) {
    Directive first = null;
    for (Door door : doors) {
      Directive directive = door.scope().last(name, ledger);
      if (directive != null && first == null) {
        first = directive;
      } else if (directive != null && first != null && !directive.equals(first)) {
        if (directive.word(0).equalsIgnoreCase(first.word(0))) {
          ledger.carried(directive);
        } else {
          ledger.notCarried(
              directive,
              "one value for all doors; that of %s counts"
                  .formatted(first.place().from(conf.folder())));
        }
      }
    }
    return first;
  }

  private List<Node> carried(Directive directive) {
    ledger.carried(directive);
    return List.of(directive);
  }
}
