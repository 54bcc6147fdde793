package io.finward.proxy.access;

import static io.finward.proxy.access.AccessRule.Action.ALLOW;
import static io.finward.proxy.access.AccessRule.Action.DENY;
import static io.finward.proxy.access.AccessRule.Action.RESET;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class AccessRulesTest {
  private static final Verdict ALLOWED = new Verdict.Allow();
  private static final Verdict PROTECTED = new Verdict.Deny("protection");

  /** Refuses 127.0.0.0/8 and 10.0.0.0/8, ::1, and CONNECT to ports other than 443. */
  private static final AccessPolicy PROTECTION =
      request -> {
        Networks local = Asked.networks("127.0.0.0/8", "10.0.0.0/8", "::1");
        if ("CONNECT".equals(request.method()) && request.port() != 443) {
          return PROTECTED;
        }
        if (request.address() == null) {
          return new Verdict.Resolve();
        }
        return local.contain(request.address()) ? PROTECTED : ALLOWED;
      };

  private static AccessRules rules(AccessPolicy protection, AccessRule... rules) {
    return new AccessRules(List.of(rules), protection);
  }

  private static AccessRule rule(AccessRule.Action action, Condition... conditions) {
    return new AccessRule(action.name(), action, new Condition.All(List.of(conditions)));
  }

  private static Condition name(String... names) {
    NameSet set = NameSet.of(List.of(names));
    return new Condition.Name(() -> set);
  }

  private static Condition client(String... networks) {
    return new Condition.Client(Asked.networks(networks));
  }

  private static Condition destination(String... networks) {
    return new Condition.Destination(Asked.networks(networks));
  }

  private static Condition port(int first, int last) {
    return new Condition.Ports(List.of(new Condition.Ports.Range(first, last)));
  }

  @Test
  void theFirstRuleThatMatchesDecides() {
    AccessRules rules =
        rules(
            AccessPolicy.OPEN,
            rule(RESET, name(".ads.example")),
            rule(ALLOW, client("192.0.2.0/24", "2001:db8::/32")),
            rule(DENY));
    assertThat(rules.decide(Asked.connect("192.0.2.7", "www.ads.example", 443)))
        .isEqualTo(new Verdict.Reset("RESET"));
    assertThat(rules.decide(Asked.connect("192.0.2.7", "www.example.org", 443))).isEqualTo(ALLOWED);
    assertThat(rules.decide(Asked.connect("2001:db8::7", "2001:db8:1::1", 443))).isEqualTo(ALLOWED);
    assertThat(rules.decide(Asked.connect("198.51.100.7", "www.example.org", 443)))
        .isEqualTo(new Verdict.Deny("DENY"));
  }

  @Test
  void whatNoRuleMatchesIsForTheProtectionToDecide() {
    AccessRules rules = rules(PROTECTION, rule(DENY, name("bad.example")));
    assertThat(rules.decide(Asked.connect("192.0.2.7", "198.51.100.1", 443))).isEqualTo(ALLOWED);
    assertThat(rules.decide(Asked.connect("192.0.2.7", "127.0.0.1", 443))).isEqualTo(PROTECTED);
    assertThat(rules.decide(Asked.connect("192.0.2.7", "198.51.100.1", 25))).isEqualTo(PROTECTED);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, 10.1.2.3, true",
    "10.0.0.0/8, 10.1.2.3, true",
    "127.0.0.1, 127.0.0.1, true",
    "::1, ::1, true",
    "0.0.0.0/0, 10.1.2.3, false",
    "0.0.0.0/0, 198.51.100.1, true",
    "::/0, ::1, false",
  })
  void anAllowingRuleOpensAProtectedAddressOnlyByNamingIt(
      String named, String dialled, boolean opened) {
    AccessRules rules = rules(PROTECTION, rule(ALLOW, destination(named)));
    assertThat(rules.decide(Asked.connect("192.0.2.7", dialled, 443)))
        .isEqualTo(opened ? ALLOWED : PROTECTED);
  }

  @Test
  void allowingAClientOrANameOpensNoProtectedAddress() {
    AccessRules rules =
        rules(PROTECTION, rule(ALLOW, client("192.0.2.0/24")), rule(ALLOW, name("in.example")));
    assertThat(rules.decide(Asked.connect("192.0.2.7", "10.0.0.1", 443))).isEqualTo(PROTECTED);
    AccessRequest byName = Asked.connect("203.0.113.1", "in.example", 443);
    assertThat(rules.decide(byName)).isEqualTo(new Verdict.Resolve());
    assertThat(rules.decide(Asked.to(byName, "10.0.0.1"))).isEqualTo(PROTECTED);
    assertThat(rules.decide(Asked.to(byName, "198.51.100.1"))).isEqualTo(ALLOWED);
  }

  @Test
  void aDestinationThatIsOnlyExcludedIsNotNamed() {
    AccessRules rules =
        rules(PROTECTION, rule(ALLOW, new Condition.Not(destination("198.51.100.0/24"))));
    assertThat(rules.decide(Asked.connect("192.0.2.7", "10.0.0.1", 443))).isEqualTo(PROTECTED);
  }

  @Test
  void anAlternativeThatDoesNotHoldNamesNothing() {
    Condition inside =
        new Condition.All(List.of(destination("10.0.0.0/8"), client("198.51.100.0/24")));
    AccessRules rules =
        rules(PROTECTION, rule(ALLOW, new Condition.Any(List.of(inside, client("192.0.2.0/24")))));
    assertThat(rules.decide(Asked.connect("192.0.2.7", "10.0.0.1", 443))).isEqualTo(PROTECTED);
    assertThat(rules.decide(Asked.connect("198.51.100.7", "10.0.0.1", 443))).isEqualTo(ALLOWED);
  }

  @Test
  void anAllowingRuleOpensAPortToConnectByNamingIt() {
    AccessRules rules = rules(PROTECTION, rule(ALLOW, port(22, 22)), rule(ALLOW));
    assertThat(rules.decide(Asked.connect("192.0.2.7", "198.51.100.1", 22))).isEqualTo(ALLOWED);
    assertThat(rules.decide(Asked.connect("192.0.2.7", "10.0.0.1", 22))).isEqualTo(PROTECTED);
    assertThat(rules.decide(Asked.connect("192.0.2.7", "198.51.100.1", 25))).isEqualTo(PROTECTED);
  }

  @Test
  void asksForTheUserWhereARuleDependsOnIt() {
    AccessRules rules =
        rules(
            AccessPolicy.OPEN,
            rule(ALLOW, client("192.0.2.7")),
            rule(DENY, new Condition.User(Set.of("mallory"))),
            rule(ALLOW, new Condition.Group(Set.of("staff"))),
            rule(DENY, name("secret.example")),
            rule(ALLOW, new Condition.ValidUser()));
    AccessRequest asked = Asked.connect("192.0.2.8", "secret.example", 443);
    assertThat(rules.decide(Asked.connect("192.0.2.7", "secret.example", 443))).isEqualTo(ALLOWED);
    assertThat(rules.decide(asked)).isEqualTo(new Verdict.Authenticate("DENY"));
    assertThat(rules.decide(Asked.by(asked, "mallory", "staff")))
        .isEqualTo(new Verdict.Deny("DENY"));
    assertThat(rules.decide(Asked.by(asked, "alice", "staff"))).isEqualTo(ALLOWED);
    assertThat(rules.decide(Asked.by(asked, "bob"))).isEqualTo(new Verdict.Deny("DENY"));
    assertThat(rules.decide(Asked.by(Asked.connect("192.0.2.8", "a.example", 443), "bob")))
        .isEqualTo(ALLOWED);
  }

  @Test
  void nobodyIsAskedForAPasswordInVain() {
    Condition user = new Condition.ValidUser();
    AccessRules rules =
        rules(AccessPolicy.OPEN, rule(ALLOW, user, destination("10.0.0.0/8")), rule(DENY));
    AccessRequest asked = Asked.connect("192.0.2.8", "a.example", 443);
    assertThat(rules.decide(asked)).isEqualTo(new Verdict.Resolve());
    assertThat(rules.decide(Asked.to(asked, "198.51.100.1"))).isEqualTo(new Verdict.Deny("DENY"));
    assertThat(rules.decide(Asked.to(asked, "10.0.0.1")))
        .isEqualTo(new Verdict.Authenticate("ALLOW"));
  }

  @Test
  void whatIsDecidedWithoutTheUnknownIsNotAskedFor() {
    Condition either =
        new Condition.Any(List.of(destination("10.0.0.0/8"), client("192.0.2.0/24")));
    AccessRules rules = rules(AccessPolicy.OPEN, rule(DENY, new Condition.Not(either)));
    assertThat(rules.decide(Asked.connect("192.0.2.8", "a.example", 443))).isEqualTo(ALLOWED);
    assertThat(rules.decide(Asked.connect("198.51.100.8", "a.example", 443)))
        .isEqualTo(new Verdict.Resolve());
  }

  @ParameterizedTest
  @CsvSource({
    "http://www.example.org/ads/1.gif, true",
    "http://www.example.org/news, false",
    "http://cdn.example.org/x.exe, true",
  })
  void urlsMatchByPrefixAndByRegularExpression(String url, boolean denied) {
    AccessRules rules =
        rules(
            AccessPolicy.OPEN,
            rule(DENY, new Condition.UrlPrefix("http://www.example.org/ads/")),
            rule(DENY, new Condition.UrlRegex(Pattern.compile("\\.exe$"))));
    assertThat(rules.decide(Asked.get(url))).isEqualTo(denied ? new Verdict.Deny("DENY") : ALLOWED);
  }

  @Test
  void namesMatchBySubstringAndByRegularExpression() {
    AccessRules rules =
        rules(
            AccessPolicy.OPEN,
            rule(DENY, new Condition.NameContains("casino")),
            rule(RESET, new Condition.NameRegex(Pattern.compile("^ads?[0-9]*\\."))));
    assertThat(rules.decide(Asked.connect("192.0.2.8", "mycasino.example", 443)))
        .isEqualTo(new Verdict.Deny("DENY"));
    assertThat(rules.decide(Asked.connect("192.0.2.8", "ad12.example", 443)))
        .isEqualTo(new Verdict.Reset("RESET"));
    assertThat(rules.decide(Asked.connect("192.0.2.8", "lad.example", 443))).isEqualTo(ALLOWED);
  }

  @Test
  void aRegularExpressionThatBacktracksElsewhereTakesLinearTime() {
    AccessRules rules =
        rules(
            AccessPolicy.OPEN,
            rule(DENY, new Condition.UrlRegex(Pattern.compile("^http://(a+)+$"))));
    assertThat(rules.decide(Asked.get("http://" + "a".repeat(100_000) + "!"))).isEqualTo(ALLOWED);
  }

  @Test
  void methodAndListenerMatch() {
    AccessRules rules =
        rules(
            AccessPolicy.OPEN,
            rule(
                DENY,
                new Condition.Method(Set.of("CONNECT")),
                new Condition.Listener(Set.of("proxy"))));
    assertThat(rules.decide(Asked.connect("192.0.2.8", "a.example", 443)))
        .isEqualTo(new Verdict.Deny("DENY"));
    assertThat(rules.decide(Asked.get("http://a.example/"))).isEqualTo(ALLOWED);
  }
}
