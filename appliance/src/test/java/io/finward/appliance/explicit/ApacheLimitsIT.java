package io.finward.appliance.explicit;

import static io.finward.appliance.explicit.ProxyTalk.hearUntil;
import static io.finward.appliance.explicit.ProxyTalk.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Apache's limits and its times, and what an operator does with it, by the directives' names: a
 * real Apache 2.4 and Finward side by side.
 */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class ApacheLimitsIT {
  private static final int FINWARD = 3128;
  private static final int APACHE = 3129;
  private static final int MIRROR = 8081;
  private static final int WORKERS = 4;
  private static final String AT = "198.51.100.2:" + MIRROR;
  private static final String GET =
      "GET http://" + AT + "/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  private static final String DOOR =
      """
      explicit { connect-ports = [80, 8081], head-timeout = 1s }
      timeouts { idle = 3s }
      limits { sessions = 4 }
      admin { http = "192.0.2.1:9190" }
      """;

  private static final String SERVER =
      """
      Listen 192.0.2.1:3129
      StartServers 1
      ServerLimit 1
      ThreadsPerChild 4
      MaxRequestWorkers 4
      AllowCONNECT 80 8081
      ProxyTimeout 3
      RequestReadTimeout header=1
      LimitRequestFields 100
      <Location "/server-status">
        SetHandler server-status
      </Location>
      """;

  private static final List<String> MODULES =
      List.of(
          "mpm_event",
          "unixd",
          "authz_core",
          "reqtimeout",
          "status",
          "proxy",
          "proxy_http",
          "proxy_connect");

  @TempDir private static Path folder;
  private static ExplicitLab lab;
  private static MirrorOrigin origin;
  private static ProxyTalk talk;

  @BeforeAll
  static void start() throws Exception {
    ApacheBeside.open(folder);
    lab = ExplicitLab.start(folder, DOOR);
    ApacheBeside.start(lab, "apache", MODULES, SERVER, "", APACHE);
    origin = MirrorOrigin.open(lab.server(), ExplicitLab.SERVER, MIRROR);
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
  }

  /**
   * With all of them busy the next client waits in the kernel, and is served after one has gone.
   */
  @ParameterizedTest
  @ValueSource(ints = {FINWARD, APACHE})
  void maxRequestWorkers_theNextOneWaits(int proxy) throws Exception {
    List<Socket> busy = new ArrayList<>();
    try {
      for (int i = 0; i < WORKERS; i++) {
        busy.add(talk.tunnel(proxy, "198.51.100.2:80"));
      }
      try (Socket next = talk.connect(proxy)) {
        say(next, GET);
        // The others go back and forth meanwhile.
        for (Socket one : busy) {
          say(one, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
          assertThat(hearUntil(one, "hello\n")).contains(" 200 ");
        }
        assertThat(next.getInputStream().available()).isZero();
        busy.getFirst().close();
        assertThat(ProxyTalk.hear(next).status()).isEqualTo(200);
      }
    } finally {
      for (Socket one : busy) {
        one.close();
      }
    }
  }

  /** Not alike: RFC 9110 (15.6.5) has 504 for it, and Apache 2.4.71 says 502. */
  @Test
  void proxyTimeout_ofAnOriginThatIsSilent() throws Exception {
    String get = GET.replace("/ HTTP", "/silent HTTP");
    try (Socket finward = talk.connect(FINWARD);
        Socket apache = talk.connect(APACHE)) {
      say(finward, get);
      say(apache, get);
      assertThat(ProxyTalk.hear(finward).status()).isEqualTo(504);
      assertThat(ProxyTalk.hear(apache).status()).isIn(502, 504);
    }
  }

  /** Whoever began a head later is told 408, and the tunnel that was there before still works. */
  @Test
  void requestReadTimeout_isNotForTunnels() throws Exception {
    List<Socket> tunnels = new ArrayList<>();
    List<Socket> slow = new ArrayList<>();
    for (int proxy : new int[] {FINWARD, APACHE}) {
      tunnels.add(talk.tunnel(proxy, AT));
      slow.add(talk.connect(proxy));
      say(slow.getLast(), "GET http://origin.test/ HTTP/1.1\r\nHos");
    }
    for (int i = 0; i < slow.size(); i++) {
      try (Socket begun = slow.get(i);
          Socket tunnel = tunnels.get(i)) {
        assertThat(ProxyTalk.hear(begun).status()).isEqualTo(408);
        say(tunnel, "still here");
        tunnel.shutdownOutput();
        assertThat(hearUntil(tunnel, "here")).isEqualTo("heard still here");
      }
    }
  }

  /** Not alike: their bytes are limited together, by {@code max-head}, not their number. */
  @Test
  void limitRequestFields_areCountedByApacheOnly() throws Exception {
    String[] headers = new String[102];
    headers[0] = "Host: x";
    for (int i = 1; i < headers.length; i++) {
      headers[i] = "X-%d: x".formatted(i);
    }
    String line = "GET http://" + AT + "/ HTTP/1.1";
    assertThat(talk.ask(APACHE, line, headers).status()).isEqualTo(400);
    assertThat(talk.ask(FINWARD, line, headers).status()).isEqualTo(200);
  }

  /** Each key has Apache's name, and those that monitoring reads are there. */
  @Test
  void serverStatus_auto_hasApachesKeys() throws Exception {
    Set<String> apache = keys("http://192.0.2.1:3129/server-status?auto");
    Set<String> finward = keys("http://192.0.2.1:9190/server-status?auto");
    assertThat(finward)
        .contains(
            "Total Accesses",
            "Total kBytes",
            "Uptime",
            "ReqPerSec",
            "BytesPerSec",
            "BusyWorkers",
            "IdleWorkers",
            "Scoreboard");
    assertThat(apache).containsAll(finward);
  }

  private static Set<String> keys(String url) throws Exception {
    return lab.run("curl", "-sg", url)
        .output()
        .lines()
        .filter(line -> line.contains(": "))
        .map(line -> line.substring(0, line.indexOf(": ")))
        .collect(Collectors.toSet());
  }

  @Test
  void configtest_namesTheLine() throws Exception {
    Path ours =
        Files.writeString(folder.resolve("bad-finward.conf"), "finward {\n  lisners = []\n}\n");
    Path theirs =
        Files.writeString(
            folder.resolve("bad-httpd.conf"),
            "LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\nLisen 80\n");
    ExplicitLab.Said apache = lab.run("/usr/sbin/apache2", "-t", "-f", theirs.toString());
    assertThat(apache.code()).isNotZero();
    assertThat(apache.output()).contains("line 2 of " + theirs, "Lisen");
    ExplicitLab.Said finward = lab.command("check", "-c", ours.toString());
    assertThat(finward.code()).isEqualTo(1);
    assertThat(finward.output()).contains(ours + ":2: lisners");
  }

  /** SIGHUP, with a tunnel and a half-sent request in use: the next request meets the new rules. */
  @Test
  void graceful_keepsTunnelsAndRequests() throws Exception {
    try (Socket tunnel = talk.tunnel(FINWARD, AT);
        Socket client = talk.connect(FINWARD)) {
      say(client, "POST http://" + AT + "/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
      lab.reload(DOOR + "access = [ { deny { client = \"0.0.0.0/0\" } } ]");
      await().until(() -> lab.log().contains("read again: 1 rules"));
      assertThat(talk.ask(FINWARD, "GET http://" + AT + "/ HTTP/1.1", "Host: x").status())
          .isEqualTo(403);
      say(client, "hi");
      assertThat(ProxyTalk.hear(client).status()).isEqualTo(200);
      say(tunnel, "still here");
      tunnel.shutdownOutput();
      assertThat(hearUntil(tunnel, "here")).isEqualTo("heard still here");
    } finally {
      lab.reload(DOOR);
      await().until(() -> lab.log().contains("read again: 0 rules"));
    }
  }
}
