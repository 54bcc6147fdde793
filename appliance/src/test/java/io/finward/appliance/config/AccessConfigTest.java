package io.finward.appliance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.AccessRules;
import io.finward.proxy.access.HostAddresses;
import io.finward.proxy.access.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules and users as an operator writes them. */
@Timeout(30)
class AccessConfigTest {
  private static final String HEAD =
      "finward {\n listeners = [{ name = web, mode = redirect, bind = \"0.0.0.0:8080\" }]\n";

  /** A Monday, 12:00 in UTC. */
  private static final long MONDAY_NOON = Instant.parse("2026-01-05T12:00:00Z").toEpochMilli();

  @TempDir private Path folder;

  static Stream<Arguments> rules() {
    return Stream.of(
        denied("client = \"192.0.2.0/24\"", true),
        denied("client = [\"198.51.100.0/24\", \"2001:db8::/32\"]", false),
        denied("destination = \"203.0.113.9\"", true),
        denied("name = www.example.org", true),
        denied("name = [\".example.org\", a.example]", true),
        denied("name = \"*.www.example.org\"", false),
        denied("name-contains = EXAM", true),
        denied("name-regex = \"^w+\\\\.\"", true),
        denied("url = \"http://www.example.org/ads/\"", true),
        denied("url-regex = \"\\\\.gif$\"", true),
        denied("port = [22, \"8000-8099\"]", false),
        denied("port = 80", true),
        denied("method = [GET, HEAD]", true),
        denied("listener = web", true),
        denied("spoken = [silent, other]", false),
        denied("not { spoken = silent }", true),
        denied("time = \"Mon-Fri 08:00-18:00 UTC\"", true),
        denied("time = \"Sat,Sun\"", false),
        denied("time = \"18:00-24:00 UTC\"", false),
        denied("port = 80, client = \"198.51.100.1\"", false),
        denied("any = [{ port = 22 }, { method = GET }]", true),
        denied("all = [{ port = 22 }, { method = GET }]", false),
        denied("not { port = 80 }", false),
        denied("not { port = 80, method = POST }", true),
        denied("not = [{ port = 22 }, { method = POST }]", true),
        denied("not = [{ port = 22 }, { method = GET }]", false));
  }

  private static Arguments denied(String conditions, boolean denied) {
    return arguments(conditions, denied);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aRuleMatchesAsItIsWritten(String conditions, boolean denied) {
    assertThat(decide("access = [{ deny { " + conditions + " } }]"))
        .isEqualTo(denied ? new Verdict.Deny("access[0]") : new Verdict.Allow());
  }

  @Test
  void theFirstRuleDecidesAndMayHaveAName() {
    assertThat(decide("access = [{ allow { port = 22 } }, { rule = ads, reset = all }]"))
        .isEqualTo(new Verdict.Reset("ads"));
  }

  @Test
  void aHostsAddressesAreThoseThatWereLearnt() {
    FinwardConfig config =
        read(
            "access = [{ deny { destination-host = [www.example.org, Ads.Test] } },"
                + " { deny { destination-host = ads.test } }]");
    assertThat(config.hosts())
        .extracting(HostAddresses::host)
        .containsExactly("www.example.org", "ads.test");
    AccessRules rules = new AccessRules(config.access().rules(), AccessPolicy.OPEN);
    assertThat(rules.decide(request())).isEqualTo(new Verdict.Allow());
    config
        .hosts()
        .get(1)
        .learn(List.of(InetAddress.ofLiteral("203.0.113.9")), System.nanoTime(), 1);
    assertThat(rules.decide(request())).isEqualTo(new Verdict.Deny("access[0]"));
  }

  @Test
  void namesMayBeInAFile() throws IOException {
    Path list = Files.writeString(folder.resolve("ads.txt"), "# ads\n.example.org\n");
    String text = "access = [{ deny { name-list = \"" + list + "\" } }]";
    assertThat(decide(text)).isEqualTo(new Verdict.Deny("access[0]"));
    assertThat(read(text).nameLists()).extracting(file -> file.path()).containsExactly(list);
  }

  @Test
  void aBrokenNameListIsToldWithItsOwnLine() throws IOException {
    Path list = Files.writeString(folder.resolve("ads.txt"), "a.example\nhttp://b.example\n");
    assertThat(
            ConfigFiles.problems(
                folder, HEAD + "access = [{ deny { name-list = \"" + list + "\" } }]\n}"))
        .containsExactly(
            "2: \"http://b.example\" (expected: a host name, as in www.example.org, .example.org"
                + " or *.example.org)");
  }

  @Test
  void usersAreReadAndRulesMayAskForThem() throws IOException {
    Path file =
        Files.writeString(folder.resolve("users"), "alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n");
    Path groups = Files.writeString(folder.resolve("groups"), "staff: alice\n");
    String users =
        "users { file = \"%s\", groups = \"%s\", realm = \"The Net\", cache = 1m }\n"
            .formatted(file, groups);
    UserSettings settings = read(users).users();
    assertThat(settings).isNotNull();
    assertThat(settings.files().size()).isEqualTo(1);
    assertThat(settings.realm()).isEqualTo("The Net");
    assertThat(settings.cache()).isEqualTo(Duration.ofMinutes(1));
    assertThat(decide(users + "access = [{ allow { group = staff, user = alice } }]"))
        .isEqualTo(new Verdict.Authenticate("access[0]"));
    assertThat(decide(users + "access = [{ allow { valid-user = true } }]"))
        .isEqualTo(new Verdict.Authenticate("access[0]"));
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments(
            "access = [{ permit = all }]",
            "3: access[0] = {\"permit\":\"all\"} (expected: one of allow, deny and reset, as in"
                + " { deny { port = 25 } })"),
        arguments(
            "access = [{ deny = everything }]",
            "3: access[0].deny = \"everything\" (expected: all, or conditions in braces, as in"
                + " { client = \"192.0.2.0/24\" })"),
        arguments(
            "access = [{ deny {} }]",
            "3: access[0].deny = {} (expected: all, or conditions in braces, as in { client ="
                + " \"192.0.2.0/24\" })"),
        arguments(
            "access = [{ deny { port = 70000 } }]",
            "3: access[0].deny.port = 70000 (expected: a port from 1 to 65535 or a range of them,"
                + " as in \"80\" or \"8000-8099\")"),
        arguments(
            "access = [\n { deny { client = [\"192.0.2.1\",\n \"192.0.2.1/24\"] } }]",
            "5: access[0].deny.client[1] = \"192.0.2.1/24\" (expected: no bit set past the prefix:"
                + " 192.0.2.0/24 for the network, 192.0.2.1 for the one address)"),
        arguments(
            "access = [{ deny { name = \"a*b\" } }]",
            "3: access[0].deny.name = \"a*b\" (expected: a host name: www.example.org, .example.org"
                + " with all below it, or *.example.org for what is below it; name-regex and"
                + " name-contains take other patterns)"),
        arguments(
            "access = [{ deny { method = get } }]",
            "3: access[0].deny.method = \"get\" (expected: an HTTP method in upper case, as in POST"
                + " or CONNECT)"),
        arguments(
            "access = [{ deny { listener = wbe } }]",
            "3: access[0].deny.listener = \"wbe\" (expected: the name of a listener: web)"),
        arguments(
            "access = [{ deny { time = \"Mon-Fri 8-18\" } }]",
            "3: access[0].deny.time = \"Mon-Fri 8-18\" (expected: a time zone as in Europe/Berlin or"
                + " UTC, not 8-18)"),
        arguments(
            "access = [{ deny { time = noon } }]",
            "3: access[0].deny.time = \"noon\" (expected: days, hours or both, and a time zone if"
                + " another than this machine's, as in \"Mon-Fri 08:00-18:00 Europe/Berlin\" or"
                + " \"Sat,Sun\")"),
        arguments(
            "access = [{ deny { user = alice } }]",
            "3: access[0].deny.user = \"alice\" (expected: a section users { file = ... }, or nobody"
                + " is known)"),
        arguments(
            "access = [{ deny { name-list = \"/nowhere/ads.txt\" } }]",
            "3: access[0].deny.name-list = \"/nowhere/ads.txt\" (expected: a file that is there)"),
        arguments(
            "access = [{ deny { any = [] } }]",
            "3: access[0].deny.any = [] (expected: a list of conditions, at least one, as in"
                + " [{ port = 80 }, { port = 443 }])"),
        arguments(
            "users { realm = x }",
            "3: users.file is missing (expected: the path of an htpasswd file)"),
        arguments(
            "users { file = users }", "3: users.file = \"users\" (expected: an absolute path)"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void isRefusedWithLineValueAndWhatWasExpected(String text, String problem) {
    assertThat(ConfigFiles.problems(folder, HEAD + text + "\n}\n")).contains(problem);
  }

  private FinwardConfig read(String text) {
    return ConfigFiles.read(folder, HEAD + text + "\n}\n");
  }

  private static AccessRequest request() {
    return new AccessRequest(
        "web",
        InetAddress.ofLiteral("192.0.2.7"),
        null,
        Set.of(),
        "www.example.org",
        InetAddress.ofLiteral("203.0.113.9"),
        80,
        "GET",
        "http://www.example.org/ads/1.gif",
        MONDAY_NOON);
  }

  private Verdict decide(String text) {
    return new AccessRules(read(text).access().rules(), AccessPolicy.OPEN).decide(request());
  }
}
