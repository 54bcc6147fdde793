package io.finward.appliance.explicit;

import static io.finward.appliance.explicit.ProxyTalk.login;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.explicit.ProxyTalk.Answer;
import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The directives of Apache's forward proxy, one test or more for each by its name: the same
 * requests to a real Apache 2.4 and to Finward, which are configured alike and stand side by side.
 * Where the two differ the test says so. Log formats are in {@code ApacheLogFormatIT}.
 */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class ApacheDirectivesIT {
  private static final int FINWARD = 3128;
  private static final int APACHE_PORT = 3130;
  private static final int PARENT_PORT = 3001;

  /** "secret" by htpasswd -B, -m and -s; the groups' file is Apache's as well. */
  private static final String USERS =
      """
      alice:$2y$05$16OSl7eGVJP4DLJrGW2qAuliypot3Z7USg9jICZf6XefLj1Tf9Uze
      bob:$apr1$2W/HoGxi$dE0HUdOaGuuLwxLrGCpVv1
      carol:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=
      """;

  private static final String FINWARD_RULES =
      """
      users { file = "@HERE@/users", groups = "@HERE@/groups", realm = "the lab" }
      explicit { connect-ports = [443, 563, "8000-8099"], via = on, max-head = 8192, head-timeout = 2s, slow-for = 2s }
      timeouts { connect = 2s }
      error-pages { 403 = "@HERE@/refused.html" }
      parents = [ { name = corp, url = "http://198.51.100.2:3001" } ]
      route = [
        { direct { url = "http://origin.test/parent/direct" } }
        { via { url-regex = "^http://origin\\\\.test/(parent|headers\\\\?parent)" }, parents = corp }
      ]
      access = [
        { deny { any = [ { name-contains = [casino, ads.test, blocked.test] }, { destination-host = blocked.test } ] } }
        { deny { url = "http://origin.test/denied/" } }
        { deny { url-regex = "\\\\.exe$" } }
        { allow { url = "http://origin.test/valid", valid-user = true } }
        { allow { url = "http://origin.test/alice", user = alice } }
        { allow { url = "http://origin.test/staff", group = staff } }
        { allow { url = "http://origin.test/nested", client = "192.0.2.0/24", not { method = DELETE }, any = [ { user = bob }, { group = staff } ] } }
        { deny  { url = ["http://origin.test/alice", "http://origin.test/staff", "http://origin.test/nested"] } }
        { allow { client = "192.0.2.0/24" } }
        { deny = all }
      ]
      """;

  private static final String APACHE_RULES =
      """
      Listen 192.0.2.1:3130
      ThreadsPerChild 16
      TypesConfig /dev/null
      AllowCONNECT 443 563 8000-8099
      ProxyBlock casino ads.test blocked.test
      ProxyVia On
      ProxyTimeout 2
      ErrorDocument 403 /refused.html
      LimitRequestLine 8000
      LimitRequestFieldSize 8000
      RequestReadTimeout header=2 body=2,MinRate=500
      ProxyRemoteMatch ^http://origin\\.test/(parent|headers\\?parent) http://198.51.100.2:3001
      <Directory @HERE@>
        Require all granted
      </Directory>
      <Proxy "*">
        Require ip 192.0.2.0/24
      </Proxy>
      <Proxy "http://origin.test/denied/*">
        Require all denied
      </Proxy>
      <ProxyMatch "\\.exe$">
        Require all denied
      </ProxyMatch>
      <ProxyMatch "^http://origin\\.test/(valid|alice|staff|nested)">
        AuthType Basic
        AuthName "the lab"
        AuthBasicProvider file
        AuthUserFile @HERE@/users
        AuthGroupFile @HERE@/groups
      </ProxyMatch>
      <Proxy "http://origin.test/valid*">
        Require valid-user
      </Proxy>
      <Proxy "http://origin.test/alice*">
        Require user alice
      </Proxy>
      <Proxy "http://origin.test/staff*">
        Require group staff
      </Proxy>
      <Proxy "http://origin.test/nested*">
        <RequireAll>
          Require ip 192.0.2.0/24
          <RequireNone>
            Require method DELETE
          </RequireNone>
          <RequireAny>
            Require user bob
            Require group staff
          </RequireAny>
        </RequireAll>
      </Proxy>
      """;

  private static final List<String> MODULES =
      List.of(
          "mpm_event",
          "unixd",
          "authz_core",
          "authz_user",
          "authz_host",
          "authz_groupfile",
          "authn_core",
          "authn_file",
          "auth_basic",
          "reqtimeout",
          "mime",
          "proxy",
          "proxy_http",
          "proxy_connect");

  @TempDir private static Path folder;
  private static ExplicitLab lab;
  private static ProxyTalk talk;

  @BeforeAll
  static void start() throws Exception {
    ApacheBeside.open(folder);
    Files.writeString(folder.resolve("users"), USERS);
    Files.writeString(folder.resolve("groups"), "staff: alice carol\n");
    Files.writeString(folder.resolve("refused.html"), "<p>Not from here.</p>\n");
    lab = ExplicitLab.start(folder, FINWARD_RULES.replace("@HERE@", folder.toString()));
    for (String name : List.of("denied", "parent")) {
      Files.createDirectories(lab.documents().resolve(name));
    }
    for (String name :
        List.of("valid", "alice", "staff", "nested", "denied/x", "x.exe", "parent/x")) {
      Files.writeString(lab.documents().resolve(name), "hello\n");
    }
    Files.writeString(lab.documents().resolve("parent/direct"), "hello\n");
    lab.startParent(
        "parent",
        PARENT_PORT,
        """
        explicit { via = full }
        access = [ { allow { destination = "198.51.100.2" } }, { deny = all } ]
        """);
    ApacheBeside.start(
        lab,
        "apache",
        MODULES,
        APACHE_RULES,
        // It looks a name up before it blocks it.
        """
        %s casino.test the-casino-of.test x.ads.test
        198.51.100.77 blocked.test alias.test
        """
            .formatted(ExplicitLab.SERVER),
        APACHE_PORT);
    talk = new ProxyTalk(lab.client());
  }

  @AfterAll
  static void stop() throws Exception {
    if (lab != null) {
      String log = lab.log();
      lab.close();
      assertThat(log).doesNotContain("LEAK", "a bug", "Exception");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void proxyRequests_absoluteForm(String version) throws Exception {
    assertThat(both("GET http://origin.test/hello " + version, "Host: origin.test"))
        .allSatisfy(answer -> {
          assertThat(answer.status()).isEqualTo(200);
          assertThat(answer.body()).contains("hello");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "http://origin.test/hello, 200",
    "http://origin.test/denied/x, 403",
    "http://origin.test/x.exe, 403",
  })
  void proxy_and_proxyMatch_require(String url, int status) throws Exception {
    assertBoth(status, "GET " + url + " HTTP/1.1", "Host: origin.test");
  }

  @ParameterizedTest
  @CsvSource({
    "valid, alice, 200",
    "valid, bob, 200",
    "valid, carol, 200",
    "alice, alice, 200",
    "staff, alice, 200",
    "staff, carol, 200",
    "nested, bob, 200",
    "nested, carol, 200",
  })
  void require_user_group_validUser_withBcryptApr1AndSha(String path, String user, int status)
      throws Exception {
    assertBoth(
        status,
        "GET http://origin.test/" + path + " HTTP/1.1",
        "Host: origin.test",
        login(user, "secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"valid", "alice", "staff", "nested"})
  void authUserFile_asksAgainAfterAWrongPassword(String path) throws Exception {
    String line = "GET http://origin.test/" + path + " HTTP/1.1";
    assertThat(both(line, "Host: origin.test", login("alice", "wrong")))
        .allSatisfy(answer -> {
          assertThat(answer.status()).isEqualTo(407);
          assertThat(answer.header("Proxy-Authenticate").orElse(""))
              .startsWith("Basic realm=\"the lab\"");
        });
    assertBoth(407, line, "Host: origin.test");
  }

  /** Not alike: Apache asks a known user who may not for another one, Finward says no. */
  @ParameterizedTest
  @CsvSource({"alice, bob", "staff, bob"})
  void require_ofAUserWhoMayNot(String path, String user) throws Exception {
    String line = "GET http://origin.test/" + path + " HTTP/1.1";
    String[] headers = {"Host: origin.test", login(user, "secret")};
    assertThat(ask(APACHE_PORT, line, headers).status()).isEqualTo(407);
    assertThat(ask(FINWARD, line, headers).status()).isEqualTo(403);
  }

  /** Not alike: Apache passes on credentials that it did not ask for itself. */
  @Test
  void authType_passwordsDoNotReachTheOrigin() throws Exception {
    String line = "GET http://origin.test/headers HTTP/1.1";
    String[] headers = {"Host: origin.test", login("alice", "secret")};
    assertThat(ask(APACHE_PORT, line, headers).body()).contains("auth=Basic ");
    assertThat(ask(FINWARD, line, headers).body()).endsWith(" auth=\n");
  }

  @ParameterizedTest
  @CsvSource({
    "origin.test:443, 200",
    "origin.test:563, 503",
    "origin.test:8000, 503",
    "origin.test:8099, 503",
    "origin.test:8100, 403",
    "origin.test:80, 403",
    "origin.test:22, 403",
    "nosuch.test:443, 502",
    "casino.test:443, 403",
  })
  void allowConnect_codesAndTheirOrder(String to, int status) throws Exception {
    assertBoth(status, "CONNECT " + to + " HTTP/1.1", "Host: " + to);
  }

  /** Alike where a rule before wants to know the address; else Finward looks nothing up. */
  @Test
  void allowConnect_ofANameThatDoesNotExist() throws Exception {
    assertBoth(502, "CONNECT nosuch.test:22 HTTP/1.1", "Host: x");
  }

  @Test
  void allowConnect_saysWhoAnswers() throws Exception {
    assertThat(both("CONNECT origin.test:443 HTTP/1.1", "Host: origin.test:443"))
        .allSatisfy(answer -> assertThat(answer.header("Proxy-agent")).isPresent());
  }

  /** Nobody is at .99: there is no 200 before there is a connection, and then there is none. */
  @Test
  void allowConnect_answers200OnlyWhenTheServerHas() throws Exception {
    String line = "CONNECT 198.51.100.99:443 HTTP/1.1";
    assertThat(ask(FINWARD, line, "Host: x").status()).isIn(503, 504);
    assertThat(ask(APACHE_PORT, line, "Host: x").status()).isIn(503, 504);
  }

  @ParameterizedTest
  @CsvSource({
    "http://casino.test/, 403",
    "http://the-casino-of.test/, 403",
    "http://x.ads.test/, 403",
    "http://origin.test/casino, 404",
  })
  void proxyBlock_byPartOfTheHostsName(String url, int status) throws Exception {
    assertBoth(status, "GET " + url + " HTTP/1.1", "Host: x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"blocked.test", "alias.test", "198.51.100.77"})
  void proxyBlock_byTheHostsAddressUnderAnyName(String host) throws Exception {
    assertBoth(403, "GET http://%s/ HTTP/1.1".formatted(host), "Host: x");
    assertBoth(403, "CONNECT %s:443 HTTP/1.1".formatted(host), "Host: x");
  }

  @Test
  void proxyRemoteMatch_goesThroughTheParent() throws Exception {
    assertThat(both("GET http://origin.test/headers?parent HTTP/1.1", "Host: origin.test"))
        .allSatisfy(answer -> assertThat(answer.header("Via").orElse("")).contains("(Finward)"));
    assertBoth(200, "GET http://origin.test/parent/x HTTP/1.1", "Host: origin.test");
  }

  /** NoProxy names hosts; Finward's exception may be any condition. */
  @Test
  void noProxy_isADirectRouteBefore() throws Exception {
    Answer answer =
        ask(FINWARD, "GET http://origin.test/parent/direct HTTP/1.1", "Host: origin.test");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Via").orElse("")).doesNotContain("(Finward)");
  }

  @Test
  void proxyVia_on() throws Exception {
    assertThat(
            both("GET http://origin.test/headers HTTP/1.1", "Host: origin.test", "Via: 1.0 before"))
        .allSatisfy(answer -> {
          assertThat(answer.body()).matches("(?s).*via=1\\.0 before, 1\\.1 \\S+ .*");
          assertThat(answer.header("Via").orElse("")).matches("1\\.1 \\S+");
        });
  }

  /** Apache adds them as a reverse proxy only; Finward with {@code forwarded-for}. */
  @Test
  void proxyAddHeaders_areNotAddedByAForwardProxy() throws Exception {
    assertThat(both("GET http://origin.test/headers HTTP/1.1", "Host: origin.test"))
        .allSatisfy(answer -> assertThat(answer.body()).contains(" xff= "));
  }

  /** RFC 9112, 3.2.2: a forward proxy replaces a Host that is not the target's. */
  @Test
  void proxyPreserveHost_doesNotCountForAForwardProxy() throws Exception {
    assertBoth(200, "GET http://origin.test/hello HTTP/1.1", "Host: casino.test");
  }

  /** Not alike: with 0 left Apache answers TRACE itself only where it may, Finward OPTIONS too. */
  @Test
  void proxyMaxForwards_isCountedDown() throws Exception {
    assertThat(ask(FINWARD, "OPTIONS http://origin.test/ HTTP/1.1", "Host: x", "Max-Forwards: 0"))
        .satisfies(answer -> assertThat(answer.status()).isLessThan(300));
  }

  @Test
  void errorDocument_isTheAdministratorsPage() throws Exception {
    assertThat(both("GET http://casino.test/ HTTP/1.1", "Host: casino.test"))
        .allSatisfy(answer -> {
          assertThat(answer.status()).isEqualTo(403);
          assertThat(answer.body()).contains("<p>Not from here.</p>");
        });
  }

  /** Apache says 414 for the line, Finward 431 for the head as a whole (RFC 6585). */
  @Test
  void limitRequestLine_and_limitRequestFieldSize() throws Exception {
    String line = "GET http://origin.test/%s HTTP/1.1".formatted("x".repeat(9000));
    assertThat(ask(APACHE_PORT, line, "Host: x").status()).isEqualTo(414);
    assertThat(ask(FINWARD, line, "Host: x").status()).isIn(414, 431);
    String header = "X: " + "x".repeat(9000);
    assertThat(ask(APACHE_PORT, "GET http://origin.test/ HTTP/1.1", "Host: x", header).status())
        .isEqualTo(400);
    assertThat(ask(FINWARD, "GET http://origin.test/ HTTP/1.1", "Host: x", header).status())
        .isEqualTo(431);
  }

  @Test
  void requestReadTimeout_header_is408() throws Exception {
    for (int port : new int[] {FINWARD, APACHE_PORT}) {
      try (Socket socket = talk.connect(port)) {
        ProxyTalk.say(socket, "GET http://origin.test/ HTTP/1.1\r\nHos");
        assertThat(ProxyTalk.hear(socket).status()).isEqualTo(408);
      }
    }
  }

  /** Both take the drops until two seconds are over; the origin says nothing. */
  @Test
  void requestReadTimeout_body_minRate_is408() throws Exception {
    for (int port : new int[] {FINWARD, APACHE_PORT}) {
      try (ServerSocket origin = lab.server().call(() -> new ServerSocket(8080));
          Socket socket = talk.connect(port);
          ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor()) {
        ProxyTalk.say(
            socket,
            "POST http://origin.test:%d/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n"
                .formatted(origin.getLocalPort()));
        var _ =
            drip.scheduleAtFixedRate(
                () -> {
                  try {
                    socket.getOutputStream().write('x');
                  } catch (IOException e) {
                    throw new UncheckedIOException("it has had enough: no more drops", e);
                  }
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
        assertThat(ProxyTalk.hear(socket).status()).isEqualTo(408);
      }
    }
  }

  /** ftp: is out of scope. Apache without mod_proxy_ftp knows no more of it. */
  @Test
  void proxyFtp_isNotThere() throws Exception {
    String line = "GET ftp://origin.test/x HTTP/1.1";
    assertThat(ask(FINWARD, line, "Host: x").status()).isEqualTo(501);
    assertThat(ask(APACHE_PORT, line, "Host: x").status()).isGreaterThanOrEqualTo(400);
  }

  private static void assertBoth(int status, String line, String... headers) throws Exception {
    assertThat(ask(FINWARD, line, headers).status()).as("Finward, %s", line).isEqualTo(status);
    assertThat(ask(APACHE_PORT, line, headers).status()).as("Apache, %s", line).isEqualTo(status);
  }

  private static List<Answer> both(String line, String... headers) throws Exception {
    return List.of(ask(FINWARD, line, headers), ask(APACHE_PORT, line, headers));
  }

  private static Answer ask(int port, String line, String... headers) throws IOException {
    return talk.ask(port, line, headers);
  }
}
