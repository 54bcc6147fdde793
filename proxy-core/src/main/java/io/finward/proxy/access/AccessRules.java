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
      switch (rule.condition().test(request)) {
        case YES -> {
          return act(rule, request);
        }
        case NO -> {
          // The next one.
        }
        case NEEDS_ADDRESS -> {
          return new Verdict.Resolve();
        }
        case NEEDS_USER -> {
          return new Verdict.Authenticate(rule.label());
        }
      }
    }
    return protection.decide(request);
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
    return protection.decide(condition.namesPort(request) ? withoutMethod(request) : request);
  }

  private static AccessRequest withoutMethod(AccessRequest request) {
    return new AccessRequest(
        request.listener(),
        request.client(),
        request.user(),
        request.groups(),
        request.name(),
        request.address(),
        request.port(),
        null,
        request.target(),
        request.millis());
  }
}
