package io.finward.appliance.explicit;

import static io.finward.appliance.explicit.ProxyTalk.hearUntil;
import static io.finward.appliance.explicit.ProxyTalk.login;
import static io.finward.appliance.explicit.ProxyTalk.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.appliance.explicit.ProxyTalk.Answer;
import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The directives of Apache that say how a request is carried on and what headers are told: a real
 * Apache 2.4 and Finward, asked alike, before an origin that says what it got. Each of the servers
 * of one Apache has its counterpart in a door that is started anew.
 */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class ApacheHopIT {
  private static final String SOURCE = "198.51.100.9";
  private static final int MIRROR = 8081;
  private static final int UNMIRRORED_TUNNELS = 8082;
  private static final String ORIGIN = "http://198.51.100.2:" + MIRROR;

  private static final int FINWARD = 3128;

  private static final String FINWARD_PLAIN =
      """
      explicit { connect-ports = [8081, 8082] }
      parents = [ { name = mirror, url = "http://198.51.100.2:8081" } ]
      route = [ { via { url-regex = "/chain" }, parents = mirror } ]
      request = [
        { for { url-regex = "/nokeepalive" }, keep-alive = false }
        { for { url-regex = "/http10" }, http10 = true }
        { for { port = 8082 }, half-close = false }
        { for { url-regex = "/chain/auth" }, chain-auth = true }
      ]
      headers = [
        { in = request, unset = Referer }
        { in = request, set = X-Office, value = berlin }
        { in = request, append = X-List, value = more }
        { in = request, merge = X-List, value = more }
        { in = request, add = X-Two, value = second }
        { in = request, edit = User-Agent, pattern = "^(\\\\w+)/.*", value = "$1" }
        { in = answer, set = X-Office, value = berlin }
        { in = answer, unset = X-None }
        { in = answer, append = X-Mirror, value = three }
        { in = answer, edit = Location, pattern = "http://", value = "https://" }
        { in = answer, add = X-New, value = "1" }
      ]
      """;

  private static final String FINWARD_FULL =
      """
      explicit {
        via = full, max-forwards = 10, domain = ".test", source-address = "198.51.100.9"
        receive-buffer = 8192, connect-ports = [8081]
        client-headers = [x-forwarded-for, x-forwarded-host, x-forwarded-server]
      }
      """;

  private static final String FINWARD_BLOCK =
      """
      explicit { via = block }
      """;

  private static final String SERVERS =
      """
      ThreadsPerChild 16
      Listen 192.0.2.1:3129
      Listen 192.0.2.1:3139
      Listen 192.0.2.1:3149
      AllowCONNECT 8081 8082
      <VirtualHost 192.0.2.1:3129>
        ProxyRequests On
        ProxyRemoteMatch /chain http://198.51.100.2:8081
        SetEnvIf Request_URI "/nokeepalive" proxy-nokeepalive
        SetEnvIf Request_URI "/http10" force-proxy-request-1.0
        SetEnvIf Request_URI ":8082$" proxy-nohalfclose
        SetEnvIf Request_URI "/chain/auth" Proxy-Chain-Auth
        RequestHeader unset Referer
        RequestHeader set X-Office berlin
        RequestHeader append X-List more
        RequestHeader merge X-List more
        RequestHeader add X-Two second
        RequestHeader edit User-Agent ^(\\w+)/.* $1
        Header set X-Office berlin
        Header unset X-None
        Header append X-Mirror three
        Header edit Location http:// https://
        Header add X-New 1
      </VirtualHost>
      <VirtualHost 192.0.2.1:3139>
        ProxyRequests On
        ProxyVia Full
        ProxyMaxForwards 10
        ProxyDomain .test
        ProxySourceAddress 198.51.100.9
        <Proxy "*">
          ProxyAddHeaders On
        </Proxy>
      </VirtualHost>
      <VirtualHost 192.0.2.1:3149>
        ProxyRequests On
        ProxyVia Block
      </VirtualHost>
      """;

  private static final List<String> MODULES =
      List.of(
          "mpm_event",
          "unixd",
          "authz_core",
          "headers",
          "setenvif",
          "proxy",
          "proxy_http",
          "proxy_connect");

  @TempDir private static Path folder;
  private static ExplicitLab lab;
  private static MirrorOrigin origin;
  private static MirrorOrigin other;
  private static ProxyTalk talk;

  @BeforeAll
  static void start() throws Exception {
    ApacheBeside.open(folder);
    lab = ExplicitLab.start(folder, FINWARD_PLAIN);
    lab.gateway().run("ip", "addr", "add", SOURCE + "/24", "dev", "outside");
    ApacheBeside.start(lab, "apache", MODULES, SERVERS, "", 3129);
    origin = MirrorOrigin.open(lab.server(), ExplicitLab.SERVER, MIRROR);
    other = MirrorOrigin.open(lab.server(), ExplicitLab.SERVER, UNMIRRORED_TUNNELS);
    talk = new ProxyTalk(lab.client());
  }

  @AfterAll
  static void stop() throws Exception {
    if (lab != null) {
      String log = lab.log();
      lab.close();
      assertThat(log).doesNotContain("LEAK", "a bug", "Exception");
    }
    if (origin != null) {
      origin.close();
    }
    if (other != null) {
      other.close();
    }
  }

  /** ProxyVia Off, edits of headers, variables of the environment. */
  @Nested
  class Plain {
    private static final int APACHE = 3129;

    @BeforeAll
    static void restart() throws Exception {
      lab.restart(FINWARD_PLAIN);
    }

    @Test
    void proxyVia_off() throws Exception {
      for (Answer heard :
          both(APACHE, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x", "Via: 1.0 before")) {
        assertThat(String.join(", ", told(heard, "Via"))).as("%s", heard).matches("1\\.0 before");
        assertThat(String.join(", ", heard.all("Via"))).matches("1\\.1 mirror");
      }
    }

    @Test
    void requestHeader_setUnsetAppendMergeAddEdit() throws Exception {
      for (Answer heard :
          both(
              APACHE,
              "GET " + ORIGIN + "/ HTTP/1.1",
              "Host: x",
              "Referer: http://secret.test/",
              "X-Office: paris",
              "X-List: one",
              "X-Two: first",
              "User-Agent: curl/8.5 (x)")) {
        assertThat(told(heard, "Referer")).isEmpty();
        assertThat(told(heard, "X-Office")).containsExactly("berlin");
        assertThat(told(heard, "X-List")).containsExactly("one, more");
        // Apache's table may bring them in one line.
        assertThat(String.join(", ", told(heard, "X-Two"))).isEqualTo("first, second");
        assertThat(told(heard, "User-Agent")).containsExactly("curl");
      }
    }

    @Test
    void header_setUnsetAppendAddEdit() throws Exception {
      for (Answer heard : both(APACHE, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x")) {
        assertThat(heard.all("X-Office")).containsExactly("berlin");
        assertThat(String.join(", ", heard.all("X-Mirror"))).isEqualTo("one, three");
        assertThat(heard.header("Location")).hasValue("https://there.test/http://");
        assertThat(heard.header("X-New")).hasValue("1");
      }
    }

    /** Not alike without it: as a forward proxy Apache keeps no connection anyway. */
    @Test
    void setEnv_proxyNokeepalive() throws Exception {
      for (Answer heard : both(APACHE, "GET " + ORIGIN + "/nokeepalive HTTP/1.1", "Host: x")) {
        assertThat(heard.body()).containsIgnoringCase("\nconnection: close\r\n");
      }
      assertThat(talk.ask(FINWARD, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x").body())
          .doesNotContainIgnoringCase("\nconnection: close");
    }

    @Test
    void setEnv_forceProxyRequest10() throws Exception {
      for (Answer heard : both(APACHE, "GET " + ORIGIN + "/http10 HTTP/1.1", "Host: x")) {
        assertThat(heard.body()).contains("GET /http10 HTTP/1.0\r\n");
      }
    }

    /** Not alike without it: Apache passes on what it did not ask for itself. */
    @Test
    void setEnv_proxyChainAuth() throws Exception {
      String name = "alice";
      for (Answer heard :
          both(APACHE, "GET http://x.test/chain/auth HTTP/1.1", "Host: x", login(name, "secret"))) {
        assertThat(heard.body()).contains("GET http://x.test/chain/auth HTTP/1.1\r\n");
        assertThat(told(heard, "Proxy-Authorization")).hasSize(1);
      }
      Answer without =
          talk.ask(FINWARD, "GET http://x.test/chain HTTP/1.1", "Host: x", login(name, "secret"));
      assertThat(without.body()).contains("GET http://x.test/chain HTTP/1.1\r\n");
      assertThat(told(without, "Proxy-Authorization")).isEmpty();
    }

    /** The origin answers when it has heard all: with half-close the answer comes, else not. */
    @ParameterizedTest
    @ValueSource(ints = {FINWARD, 3129})
    void setEnv_proxyNohalfclose(int proxy) throws Exception {
      try (Socket tunnel = talk.tunnel(proxy, "198.51.100.2:" + MIRROR)) {
        say(tunnel, "last words");
        tunnel.shutdownOutput();
        assertThat(hearUntil(tunnel, "words")).isEqualTo("heard last words");
      }
      try (Socket tunnel = talk.tunnel(proxy, "198.51.100.2:" + UNMIRRORED_TUNNELS)) {
        say(tunnel, "last words");
        tunnel.shutdownOutput();
        assertThat(tunnel.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  /** ProxyVia Full, and all that a hop may do. */
  @Nested
  class Full {
    private static final int APACHE = 3139;

    @BeforeAll
    static void restart() throws Exception {
      lab.restart(FINWARD_FULL);
    }

    @Test
    void proxyVia_full() throws Exception {
      for (Answer heard :
          both(APACHE, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x", "Via: 1.0 before")) {
        assertThat(String.join(", ", told(heard, "Via")))
            .matches("1\\.0 before, 1\\.1 \\S+ \\(\\w+[^)]*\\)");
        assertThat(String.join(", ", heard.all("Via")))
            .matches("1\\.1 mirror, 1\\.1 \\S+ \\(\\w+[^)]*\\)");
      }
    }

    @ParameterizedTest
    @CsvSource({"'', 10", "Max-Forwards: 5, 4", "Max-Forwards: 1, 0"})
    void proxyMaxForwards_beginsAndIsCountedDown(String said, String told) throws Exception {
      for (Answer heard :
          both(APACHE, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x", orNothing(said))) {
        assertThat(told(heard, "Max-Forwards")).containsExactly(told);
      }
    }

    @Test
    void proxyMaxForwards_endsAt400() throws Exception {
      for (Answer heard :
          both(APACHE, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x", "Max-Forwards: 0")) {
        assertThat(heard.status()).isEqualTo(400);
      }
    }

    @Test
    void proxyDomain_isPutBehindNamesWithoutADot() throws Exception {
      for (Answer heard : both(APACHE, "GET http://intranet:81/a?b HTTP/1.1", "Host: intranet")) {
        assertThat(heard.status()).isEqualTo(301);
        assertThat(heard.header("Location")).hasValue("http://intranet.test:81/a?b");
      }
    }

    @Test
    void proxySourceAddress_isWhereRequestsComeFrom() throws Exception {
      for (Answer heard : both(APACHE, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x")) {
        assertThat(heard.body()).startsWith("peer=" + SOURCE + "\n");
      }
    }

    /**
     * Not alike: Apache 2.4 leaves it to the kernel, which doubles what it is given (socket(7)).
     */
    @Test
    void proxyReceiveBufferSize_isThatOfTheUpstreamSocket() throws Exception {
      try (Socket client = talk.connect(FINWARD)) {
        say(client, "GET " + ORIGIN + "/silent HTTP/1.1\r\nHost: x\r\n\r\n");
        String[] upstream = {"ss", "-Htmn", "state", "established", "src", SOURCE};
        await().untilAsserted(() -> assertThat(lab.gateway().run(upstream)).contains("rb16384,"));
      }
    }

    /** Not alike: Apache adds them as a reverse proxy only. */
    @Test
    void proxyAddHeaders_areAddedWhereTheyAreAskedFor() throws Exception {
      Answer apache = talk.ask(APACHE, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x");
      assertThat(told(apache, "X-Forwarded-For")).isEmpty();
      Answer finward = talk.ask(FINWARD, "GET " + ORIGIN + "/ HTTP/1.1", "Host: x");
      assertThat(told(finward, "X-Forwarded-For")).containsExactly("192.0.2.2");
      assertThat(told(finward, "X-Forwarded-Host")).hasSize(1);
      assertThat(told(finward, "X-Forwarded-Server")).hasSize(1);
    }
  }

  /** ProxyVia Block. */
  @Nested
  class Block {
    private static final int APACHE = 3149;

    @BeforeAll
    static void restart() throws Exception {
      lab.restart(FINWARD_BLOCK);
    }

    /** Not alike for answers, where Apache leaves Via alone. */
    @Test
    void proxyVia_block() throws Exception {
      String line = "GET " + ORIGIN + "/ HTTP/1.1";
      for (Answer heard : both(APACHE, line, "Host: x", "Via: 1.0 before")) {
        assertThat(told(heard, "Via")).isEmpty();
      }
      assertThat(talk.ask(FINWARD, line, "Host: x").all("Via")).isEmpty();
      assertThat(talk.ask(APACHE, line, "Host: x").all("Via")).containsExactly("1.1 mirror");
    }
  }

  private static String orNothing(String header) {
    return header.isEmpty() ? "X-Nothing: x" : header;
  }

  /** What the origin was told in headers of a name. */
  private static List<String> told(Answer answer, String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return answer
        .body()
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .toList();
  }

  private static List<Answer> both(int apache, String line, String... headers) throws IOException {
    return List.of(talk.ask(FINWARD, line, headers), talk.ask(apache, line, headers));
  }
}
