package io.finward.proxy.access;

import java.util.List;

/**
 * Rules in order: the first whose condition holds decides. A rule that cannot be judged yet makes
 * the verdict say what is missing, so that no later rule decides in its place.
 *
 * <p>A protection decides what no rule matches, and has its say after a rule that allows: such a
 * rule opens an address that is protected only when it names it in a {@link Condition.Destination},
 * alone or in a network no wider than /8 (IPv6: /7); then the protection is not asked. A rule that
 * names the port in {@link Condition.Ports} opens it to CONNECT: the protection is asked without
 * the method. So "allow this client" does not open the gateway's own services, and "allow this
 * client to port 22" opens 22 and nothing else.
 *
 * <p>A name that an intercepted client claims (SNI, Host) and that is not verified refuses, and
 * allows nothing.
 *
 * <p>Immutable, asked on every event loop at once.
 */
public final class AccessRules implements AccessPolicy {
  private final List<AccessRule> rules;
  private final AccessPolicy protection;

  /**
   * @param rules in order; with none, {@code protection} decides alone
   * @param protection decides what no rule matches, and after rules that allow
   */
  public AccessRules(List<AccessRule> rules, AccessPolicy protection) {
    this.rules = List.copyOf(rules);
    this.protection = protection;
  }

  @Override
  public Verdict decide(AccessRequest request) {
    for (AccessRule rule : rules) {
      switch (holds(rule, request)) {
        case YES -> {
          return act(rule, request);
        }
        case NO -> {
          // The next one.
        }
        case NEEDS_ADDRESS -> {
          return new Verdict.Resolve();
        }
        case NEEDS_NAME -> {
          return new Verdict.Look();
        }
        case NEEDS_USER -> {
          return new Verdict.Authenticate(rule.label());
        }
      }
    }
    return protection.decide(request);
  }

  /**
   * A name that a client claims is read in both ways, as said and as if the client had named the
   * bare address: to refuse, one of them is enough; to allow, both have to hold, so that nobody
   * gets anywhere by a name that is not the destination's.
   */
  private static Truth holds(AccessRule rule, AccessRequest request) {
    Truth said = rule.condition().test(request);
    Naming naming = request.naming();
    if (naming == Naming.KNOWN || naming == Naming.UNSEEN) {
      return said;
    }
    Truth nameless = rule.condition().test(request.nameless());
    Truth unverified =
        rule.action() == AccessRule.Action.ALLOW ? said.and(nameless) : said.or(nameless);
    return naming == Naming.UNVERIFIED || unverified == said ? unverified : Truth.NEEDS_NAME;
  }

  private Verdict act(AccessRule rule, AccessRequest request) {
    return switch (rule.action()) {
      case ALLOW -> allow(rule.condition(), request);
      case DENY -> new Verdict.Deny(rule.label());
      case RESET -> new Verdict.Reset(rule.label());
    };
  }

  private Verdict allow(Condition condition, AccessRequest request) {
    if (condition.namesAddress(request)) {
      return new Verdict.Allow();
    }
    return protection.decide(condition.namesPort(request) ? request.withoutMethod() : request);
  }
}
