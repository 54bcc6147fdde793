package io.finward.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules and the names that intercepted clients claim (CVE-2009-0801). */
@Timeout(30)
class ClaimedNamesTest {
  private static final Condition GOOD = name("good.test");
  private static final Condition BAD = name("bad.test");

  private static Condition name(String name) {
    NameSet set = NameSet.of(List.of(name));
    return new Condition.Name(() -> set);
  }

  private static Condition condition(String text) {
    return switch (text) {
      case "good" -> GOOD;
      case "bad" -> BAD;
      case "not good" -> new Condition.Not(GOOD);
      case "not bad" -> new Condition.Not(BAD);
      case "contains oo" -> new Condition.NameContains("oo");
      case "regex ^g" -> new Condition.NameRegex(Pattern.compile("^g"));
      case "url good" -> new Condition.UrlPrefix("http://good.test/");
      case "url path" -> new Condition.UrlRegex(Pattern.compile("/x$"));
      case "url address" -> new Condition.UrlPrefix("http://198.51.100.1/");
      case "get" -> new Condition.Method(Set.of("GET"));
      case "verified" -> new Condition.NameVerified(true);
      case "unverified" -> new Condition.NameVerified(false);
      case "good or port" ->
          new Condition.Any(
              List.of(GOOD, new Condition.Ports(List.of(new Condition.Ports.Range(80, 80)))));
      case "good and port 81" ->
          new Condition.All(
              List.of(GOOD, new Condition.Ports(List.of(new Condition.Ports.Range(81, 81)))));
      case "good and user" -> new Condition.All(List.of(new Condition.ValidUser(), GOOD));
      default -> throw new IllegalArgumentException(text);
    };
  }

  /** The verdict of the one rule: whether it matches, or what it wants to know. */
  private static String matches(
      AccessRule.Action action, String condition, @Nullable String name, Naming naming) {
    AccessPolicy otherwise = _ -> new Verdict.Reset("otherwise");
    AccessRules rules =
        new AccessRules(
            List.of(new AccessRule("rule", action, condition(condition))),
            action == AccessRule.Action.ALLOW ? AccessPolicy.OPEN : otherwise);
    AccessRules ended =
        new AccessRules(
            List.of(
                new AccessRule("rule", action, condition(condition)),
                new AccessRule("otherwise", AccessRule.Action.RESET, new Condition.All(List.of()))),
            AccessPolicy.OPEN);
    Verdict verdict =
        (action == AccessRule.Action.ALLOW ? ended : rules).decide(Asked.intercepted(name, naming));
    return switch (verdict) {
      case Verdict.Allow _, Verdict.Deny _ -> "yes";
      case Verdict.Reset _ -> "no";
      case Verdict.Look _ -> "look";
      case Verdict.Authenticate _ -> "user";
      case Verdict.Resolve _ -> "address";
    };
  }

  /** For a client that says good.test: the rule before it has, claimed, unverified, verified. */
  @ParameterizedTest
  @CsvSource({
    "ALLOW, good, look, look, no, yes",
    "ALLOW, bad, look, no, no, no",
    "ALLOW, not good, look, no, no, no",
    "ALLOW, not bad, look, yes, yes, yes",
    "ALLOW, contains oo, look, look, no, yes",
    "ALLOW, regex ^g, look, look, no, yes",
    "ALLOW, url good, look, look, no, yes",
    "ALLOW, url path, look, yes, yes, yes",
    "ALLOW, url address, look, no, no, no",
    "ALLOW, get, look, yes, yes, yes",
    "ALLOW, verified, look, look, no, yes",
    "ALLOW, unverified, look, look, yes, no",
    "ALLOW, good or port, yes, yes, yes, yes",
    "ALLOW, good and port 81, no, no, no, no",
    "ALLOW, good and user, look, look, no, user",
    "DENY, good, look, yes, yes, yes",
    "DENY, bad, look, no, no, no",
    "DENY, not good, look, look, yes, no",
    "DENY, not bad, look, yes, yes, yes",
    "DENY, contains oo, look, yes, yes, yes",
    "DENY, url good, look, yes, yes, yes",
    "DENY, url address, look, look, yes, no",
    "DENY, unverified, look, look, yes, no",
    "DENY, verified, look, look, no, yes",
    "DENY, good or port, yes, yes, yes, yes",
    "DENY, good and port 81, no, no, no, no",
  })
  void aClaimRefusesAndOnlyAVerifiedNameAllows(
      AccessRule.Action action,
      String condition,
      String unseen,
      String claimed,
      String unverified,
      String verified) {
    assertThat(matches(action, condition, null, Naming.UNSEEN)).isEqualTo(unseen);
    assertThat(matches(action, condition, "good.test", Naming.CLAIMED)).isEqualTo(claimed);
    assertThat(matches(action, condition, "good.test", Naming.UNVERIFIED)).isEqualTo(unverified);
    assertThat(matches(action, condition, "good.test", Naming.KNOWN)).isEqualTo(verified);
  }

  @Test
  void aConnectionWithoutANameIsNeitherVerifiedNorNot() {
    assertThat(matches(AccessRule.Action.DENY, "verified", null, Naming.KNOWN)).isEqualTo("no");
    assertThat(matches(AccessRule.Action.DENY, "unverified", null, Naming.KNOWN)).isEqualTo("no");
    assertThat(matches(AccessRule.Action.ALLOW, "url address", null, Naming.KNOWN))
        .isEqualTo("yes");
  }

  @Test
  void aRuleBeforeTheNameDecidesAlone() {
    AccessRules rules =
        new AccessRules(
            List.of(
                new AccessRule(
                    "port",
                    AccessRule.Action.ALLOW,
                    new Condition.Ports(List.of(new Condition.Ports.Range(80, 80)))),
                new AccessRule("name", AccessRule.Action.DENY, BAD)),
            AccessPolicy.OPEN);
    assertThat(rules.decide(Asked.intercepted(null, Naming.UNSEEN))).isEqualTo(new Verdict.Allow());
  }
}
