package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.HttpdConf;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import io.finward.appliance.apache.syntax.Node.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may be asked for a password: {@code AuthType} and its kin, of all doors together. */
final class Users {
  /** What fits into a quoted string of a header, as the configuration wants it. */
  private static final String NO_REALM = "[^ !#-\\[\\]-~]";

  private static final int LONGEST_REALM = 64;

  private final HttpdConf conf;
  private final Ledger ledger;
  private final List<Directive> all = new ArrayList<>();
  private final @Nullable Directive file;
  private final @Nullable Directive groups;
  private final @Nullable Directive realm;
  private final boolean basic;
  private boolean wanted;

  Users(HttpdConf conf, List<Scope> scopes, Ledger ledger) {
    this.conf = conf;
    this.ledger = ledger;
    scopes.forEach(scope -> scope.sections().forEach(section -> collect(section.nodes())));
    file = first("AuthUserFile");
    groups = first("AuthGroupFile");
    realm = first("AuthName");
    basic = isBasic();
    all.stream()
        .filter(one -> one.is("AuthBasicAuthoritative") || one.is("AuthAuthoritative"))
        .forEach(one -> ledger.settle(one, Fate.NO_MEANING));
  }

  private void collect(List<Node> nodes) {
    for (Node node : nodes) {
      switch (node) {
        case Section section -> collect(section.nodes());
        case Directive directive -> {
          if (directive.name().toLowerCase(Locale.ROOT).startsWith("auth")) {
            all.add(directive);
          }
        }
      }
    }
  }

  /** The first of a name; another value of it goes to the list. */
  private @Nullable Directive first(String name) {
    List<Directive> found = all.stream().filter(one -> one.is(name)).toList();
    for (Directive other : found) {
      if (other.word(0).equals(found.getFirst().word(0))) {
        ledger.carried(other);
      } else {
        ledger.notCarried(
            other, "one for all doors, that of %s: LOOK AT IT".formatted(place(found.getFirst())));
      }
    }
    return found.isEmpty() ? null : found.getFirst();
  }

  private String place(Node node) {
    return node.place().from(conf.folder());
  }

  private boolean isBasic() {
    boolean files = true;
    for (Directive directive : all) {
      if (directive.is("AuthType")) {
        boolean right = directive.word(0).equalsIgnoreCase("basic");
        files &= right;
        say(directive, right, "only Basic is supported");
      } else if (directive.is("AuthBasicProvider")) {
        boolean right = directive.words().stream().anyMatch("file"::equalsIgnoreCase);
        files &= right;
        say(
            directive,
            right && directive.words().size() == 1,
            right ? "only users of the file are known" : "users come from a file only");
      }
    }
    return files && file != null;
  }

  private void say(Directive directive, boolean right, String reason) {
    if (right) {
      ledger.carried(directive);
    } else {
      ledger.notCarried(directive, reason);
    }
  }

  /** A condition on the user; nobody when there is no file that says who they are. */
  Criterion person(String key, Directive source, List<String> names) {
    if (!basic) {
      ledger.notCarried(source, "nobody is known without an AuthUserFile and AuthType Basic");
      return Criterion.never();
    }
    if (names.isEmpty() || names.stream().anyMatch(name -> name.isEmpty() || name.contains(":"))) {
      ledger.notCarried(source, "no name (expected: names without a colon)");
      return Criterion.never();
    }
    if (key.equals("group") && groups == null) {
      ledger.remark(source, "there is no AuthGroupFile: nobody is in a group");
    }
    wanted = true;
    ledger.carried(source);
    return new Criterion.Is(key, names, List.of(source));
  }

  /** Writes {@code users}, once all rules have been made. */
  void write(ConfText out) {
    Directive users = file;
    if (!wanted || users == null) {
      if (users != null) {
        all.forEach(one -> ledger.remark(one, "no rule needs a user"));
      }
      return;
    }
    out.open("users", List.of());
    out.line("file = " + Hocon.quoted(conf.path(users.word(0)).toString()), List.of(users));
    Directive members = groups;
    if (members != null) {
      out.line("groups = " + Hocon.quoted(conf.path(members.word(0)).toString()), List.of(members));
    }
    Directive name = realm;
    if (name != null && !name.word(0).isEmpty()) {
      String bare = name.word(0).replaceAll(NO_REALM, "").strip();
      String fit = bare.substring(0, Math.min(bare.length(), LONGEST_REALM));
      if (!fit.equals(name.word(0))) {
        ledger.remark(name, "a realm is at most 64 ASCII characters without \" and \\");
      }
      if (!fit.isEmpty()) {
        out.line("realm = " + Hocon.quoted(fit), List.of(name));
      }
    }
    out.close();
  }
}
