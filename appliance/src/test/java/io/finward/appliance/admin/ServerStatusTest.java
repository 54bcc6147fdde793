package io.finward.appliance.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.FakeGateway;
import io.finward.appliance.accesslog.FakeExchange;
import io.finward.appliance.accesslog.FakeView;
import io.finward.appliance.metrics.Accesses;
import io.finward.appliance.version.Version;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The status as monitoring asks for it: over TCP, and read in the ways of its programs. */
@Timeout(30)
class ServerStatusTest {
  private final FakeGateway gateway = new FakeGateway();
  private final Accesses accesses = new Accesses();
  private volatile Instant now = FakeGateway.NOW;
  private final AdminServer server =
      new AdminServer(
          new AdminApi(
              gateway.observed(),
              () -> "",
              new ServerStatus(gateway, accesses, 10, () -> now),
              _ -> false));
  private final HttpClient client = HttpClient.newHttpClient();
  private URI root = URI.create("/");

  @BeforeEach
  void open() throws IOException {
    InetSocketAddress http =
        server.openHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    root = URI.create("http://127.0.0.1:" + http.getPort());
    for (int i = 0; i < 40; i++) {
      accesses.on(FakeView.explicit(), new SessionEvent.ExchangeEnded(FakeExchange.get()));
    }
    now = now.plusSeconds(80);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void saysItAllToPrograms() throws IOException, InterruptedException {
    assertThat(get("/server-status?auto").body())
        .isEqualTo(
            """
            ServerVersion: Finward/%s
            ServerUptimeSeconds: 80
            Total Accesses: 40
            Total kBytes: 207
            Uptime: 80
            ReqPerSec: 0.5000
            BytesPerSec: 2650.0000
            BytesPerReq: 5300.0000
            BusyWorkers: 2
            IdleWorkers: 8
            Scoreboard: WG________
            """
                .formatted(Version.finward()));
  }

  /** Munin's apache_accesses, apache_volume and apache_processes: one pattern a value. */
  @Test
  void muninReadsIt() throws IOException, InterruptedException {
    String body = get("/server-status?auto").body();
    assertThat(found("(?im)^Total Accesses:\\s+(.+)$", body)).isEqualTo("40");
    assertThat(found("(?im)^Total kBytes:\\s+(.+)$", body)).isEqualTo("207");
    assertThat(found("(?im)^Busy(?:Servers|Workers):\\s+(.+)$", body)).isEqualTo("2");
    assertThat(found("(?im)^Idle(?:Servers|Workers):\\s+(.+)$", body)).isEqualTo("8");
    assertThat(found("(?m)^(Scoreboard: .*)$", body)).doesNotContain(".");
  }

  /** collectd splits at blanks, wants three words or two, and text/plain. */
  @Test
  void collectdReadsIt() throws IOException, InterruptedException {
    HttpResponse<String> answer = get("/server-status?auto");
    assertThat(answer.headers().firstValue("content-type"))
        .get()
        .asString()
        .startsWith("text/plain");
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : answer.body().lines().toList()) {
      String[] words = line.split("[ \t]+", 4);
      if (words.length == 3) {
        fields.put(words[0] + " " + words[1], words[2]);
      } else if (words.length == 2) {
        fields.put(words[0], words[1]);
      }
    }
    assertThat(fields)
        .containsEntry("Total Accesses:", "40")
        .containsEntry("Total kBytes:", "207")
        .containsEntry("BusyWorkers:", "2")
        .containsEntry("IdleWorkers:", "8")
        .containsEntry("Scoreboard:", "WG________");
  }

  /** Telegraf cuts at the first colon, takes blanks out of the key, and wants numbers. */
  @Test
  void telegrafReadsIt() throws IOException, InterruptedException {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String line : get("/server-status?auto").body().lines().toList()) {
      String[] parts = line.split(":", 2);
      if (parts[1].strip().matches("[0-9.]+")) {
        numbers.put(parts[0].replace(" ", ""), Double.parseDouble(parts[1].strip()));
      }
    }
    assertThat(numbers)
        .containsOnlyKeys(
            "ServerUptimeSeconds",
            "TotalAccesses",
            "TotalkBytes",
            "Uptime",
            "ReqPerSec",
            "BytesPerSec",
            "BytesPerReq",
            "BusyWorkers",
            "IdleWorkers")
        .containsEntry("TotalAccesses", 40.0)
        .containsEntry("BytesPerSec", 2650.0);
  }

  @Test
  void dividesByNothingAtItsStart() throws IOException, InterruptedException {
    now = FakeGateway.NOW;
    assertThat(get("/server-status?auto").body())
        .contains("\nUptime: 0\nReqPerSec: 0.0000\nBytesPerSec: 0.0000\n");
  }

  @Test
  void aClockSetBackIsNoNegativeUptime() throws IOException, InterruptedException {
    now = FakeGateway.NOW.minus(Duration.ofDays(1));
    assertThat(get("/server-status?auto").body()).contains("\nUptime: 0\n");
  }

  @Test
  void showsPeopleAPageInApachesWords() throws IOException, InterruptedException {
    HttpResponse<String> answer = get("/server-status");
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(answer.body())
        .contains(
            "<dt>Current Time: 2026-01-02T03:05:25Z</dt>",
            "<dt>Server uptime: 1m20s</dt>",
            "<dt>Total accesses: 40 - Total Traffic: 207 KiB</dt>",
            "<dt>0.500 requests/sec - 2.6 KiB/second - 5.2 KiB/request</dt>",
            "<dt>2 requests currently being processed, 8 idle workers</dt>",
            "<pre>WG________\n</pre>",
            "<tr><td>7</td><td>W</td><td>185</td><td>192.0.2.1:40000</td><td>web</td>"
                + "<td>198.51.100.1:80</td><td>198.51.100.1:80</td><td>300 B</td><td>1.5 MiB</td>"
                + "<td>none</td></tr>",
            "<tr><td>12</td><td>G</td><td>185</td><td>[2001:db8::2]:50001</td>")
        .doesNotContain("http-equiv");
  }

  @Test
  void aBrowserAsksAgainWhenItIsTold() throws IOException, InterruptedException {
    assertThat(get("/server-status?refresh=5").body())
        .contains("<meta http-equiv=\"refresh\" content=\"5\">");
    assertThat(get("/server-status?refresh").body()).contains("content=\"1\"");
  }

  @Test
  void aPageHasAnEnd() {
    List<SessionSnapshot> many =
        LongStream.range(0, StatusPage.MOST_ROWS + 3)
            .mapToObj(id -> FakeGateway.session(id, "192.0.2.1:40000", "198.51.100.1:80", null))
            .toList();
    String page = StatusPage.of(new StatusFigures(1, 0, 0, many, 2_000), "1", FakeGateway.NOW, 0);
    assertThat(page)
        .contains("<p>and 3 younger ones: /sessions</p>")
        .containsOnlyOnce("<td>%d</td>".formatted(StatusPage.MOST_ROWS - 1))
        .doesNotContain("<td>%d</td>".formatted(StatusPage.MOST_ROWS));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(root.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer;
  }

  private static String found(String pattern, String body) {
    Matcher matcher = Pattern.compile(pattern).matcher(body);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }
}
