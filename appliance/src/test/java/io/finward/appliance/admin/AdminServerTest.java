package io.finward.appliance.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.appliance.FakeGateway;
import io.finward.appliance.admin.AdminClient.Answer;
import io.finward.appliance.log.LogLevels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The API by its real doors. */
@Timeout(30)
class AdminServerTest {
  private static final String SEVEN =
      "{\"id\":7,\"client\":\"192.0.2.1:40000\",\"original_destination\":\"198.51.100.1:80\","
          + "\"upstream\":\"198.51.100.1:80\",\"upstream_local\":\"203.0.113.9:33000\","
          + "\"listener\":\"web\",\"state\":\"open\",\"half_closed\":false,"
          + "\"closed_first\":\"none\",\"accepted\":\"2023-11-14T22:13:20Z\",\"age_ms\":185007,"
          + "\"bytes_from_client\":300,\"bytes_from_server\":1572864}";
  private static final String TWELVE =
      "{\"id\":12,\"client\":\"[2001:db8::2]:50001\","
          + "\"original_destination\":\"[2001:db8:f::1]:8080\","
          + "\"upstream\":\"[2001:db8:f::1]:8080\",\"upstream_local\":\"203.0.113.9:33000\","
          + "\"listener\":\"web\",\"state\":\"half-closed\",\"half_closed\":true,"
          + "\"closed_first\":\"server\",\"accepted\":\"2023-11-14T22:13:20Z\",\"age_ms\":185012,"
          + "\"bytes_from_client\":300,\"bytes_from_server\":1572864}";

  @TempDir private Path folder;
  private final FakeGateway gateway = new FakeGateway();
  private final AdminServer server = new AdminServer(gateway.admin("finward_sessions_open 2\n"));
  private Path socket = Path.of("/");

  @BeforeEach
  void open() throws IOException {
    socket = folder.resolve("admin.sock");
    server.openSocket(socket);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void listsSessionsOldestFirst() throws IOException {
    assertThat(get("/sessions")).isEqualTo(new Answer(200, "[" + SEVEN + "," + TWELVE + "]"));
  }

  @Test
  void picksTheHalfClosed() throws IOException {
    assertThat(get("/sessions?half-closed")).isEqualTo(new Answer(200, "[" + TWELVE + "]"));
  }

  @Test
  void picksAClients() throws IOException {
    assertThat(get("/sessions?client=192.0.2.1")).isEqualTo(new Answer(200, "[" + SEVEN + "]"));
    assertThat(get("/sessions?client=2001%3Adb8%3A0%3A0%3A%3A2"))
        .isEqualTo(new Answer(200, "[" + TWELVE + "]"));
  }

  @Test
  void showsOneSession() throws IOException {
    assertThat(get("/sessions/7")).isEqualTo(new Answer(200, SEVEN));
  }

  @Test
  void killsASession() throws IOException {
    assertThat(new AdminClient(socket).ask("POST", "/sessions/12/kill"))
        .isEqualTo(new Answer(200, "{\"killed\":true}"));
    assertThat(gateway.killed).containsExactly(12L);
  }

  @Test
  void listsFlows() throws IOException {
    assertThat(get("/flows").body())
        .isEqualTo(
            "[{\"client\":\"192.0.2.1:40000\",\"original_destination\":\"198.51.100.1:80\","
                + "\"peer\":\"192.0.2.1:40000\",\"local\":\"203.0.113.9:8080\","
                + "\"leg\":\"redirected\",\"state\":\"parked\",\"closed_first\":\"client\","
                + "\"closed_ms\":4000000,\"leased\":true,\"tracked\":true}]");
  }

  @Test
  void tellsStories() throws IOException {
    assertThat(get("/explain?client=192.0.2.1:40000").body())
        .isEqualTo(
            "[{\"id\":5,\"client\":\"192.0.2.1:40000\","
                + "\"original_destination\":\"198.51.100.1:80\","
                + "\"upstream_local\":\"203.0.113.9:33000\",\"listener\":\"web\","
                + "\"accepted\":\"2023-11-14T22:13:20Z\",\"bytes_from_client\":300,"
                + "\"bytes_from_server\":1572864,\"reason\":\"killed\",\"closed_first\":\"none\","
                + "\"close_wait\":null,\"forgotten\":[],\"moments\":["
                + "{\"at_us\":0,\"event\":\"accepted\",\"leg\":\"client\"},"
                + "{\"at_us\":5000000,\"event\":\"ended\",\"reason\":\"killed\"}]}]");
  }

  @Test
  void showsAndSetsLogLevels() throws IOException {
    try {
      assertThat(new AdminClient(socket).ask("POST", "/log/parents/debug").ok()).isTrue();
      assertThat(get("/log").body())
          .startsWith("[{\"subsystem\":\"access-log\",\"level\":\"")
          .contains("{\"subsystem\":\"parents\",\"level\":\"debug\"}");
      assertThat(LoggerFactory.getLogger("parents").isDebugEnabled()).isTrue();
    } finally {
      LogLevels.apply(Map.of());
    }
    assertThat(LoggerFactory.getLogger("parents").isDebugEnabled()).isFalse();
  }

  @Test
  void saysItsVersionAndPid() throws IOException {
    assertThat(get("/version").body())
        .contains("\"version\":", "\"pid\":" + ProcessHandle.current().pid());
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nothing,404",
    "GET,/,404",
    "GET,/sessions/99,404",
    "GET,/explain,400",
    "GET,/explain?client=192.0.2.1,400",
    "GET,/explain?client=192.0.2.1:9,404",
    "POST,/explain,405",
    "GET,/sessions/x,404",
    "GET,/sessions/7/other,404",
    "GET,/sessions?client=somebody,400",
    "GET,/sessions?client=%zz,400",
    "POST,/sessions,405",
    "GET,/sessions/7/kill,405",
    "POST,/sessions/99/kill,404",
    "POST,/sessions/99999999999999999999/kill,404",
    "DELETE,/metrics,405",
    "POST,/server-status,405",
    "POST,/log,405",
    "GET,/log/parents/debug,405",
    "POST,/log/nobody/debug,404",
    "POST,/log/parents/loud,400",
    "GET,/server-status/x,404",
    "GET,/server-status?refresh=soon,400",
    "GARBAGE IN,/,400"
  })
  void refusesWhatItDoesNotKnow(String method, String path, int status) throws IOException {
    Answer answer = new AdminClient(socket).ask(method, path);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).startsWith("{\"error\":\"");
  }

  @Test
  void onlyItsOwnerMayOpenTheSocket() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
  }

  @Test
  void aDeadInstancesSocketIsReplaced() throws IOException {
    try (AdminServer second = new AdminServer(gateway.admin("second"))) {
      second.openSocket(socket);
      assertThat(get("/metrics").body()).isEqualTo("second");
    }
  }

  @Test
  void httpShowsEverythingAndChangesNothing() throws IOException, InterruptedException {
    InetSocketAddress http =
        server.openHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    URI root = URI.create("http://127.0.0.1:" + http.getPort());
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> metrics =
          client.send(
              HttpRequest.newBuilder(root.resolve("/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(metrics.body()).isEqualTo("finward_sessions_open 2\n");
      assertThat(metrics.headers().firstValue("content-type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      HttpResponse<String> kill =
          client.send(
              HttpRequest.newBuilder(root.resolve("/sessions/7/kill"))
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(kill.statusCode()).isEqualTo(403);
    }
    assertThat(gateway.killed).isEmpty();
  }

  @Test
  void namesAnHttpAddressInUse() throws IOException {
    InetSocketAddress http =
        server.openHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    assertThatThrownBy(() -> server.openHttp(http))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("admin.http = 127.0.0.1:" + http.getPort() + ": ");
  }

  @Test
  void nobodyAtTheSocketIsSaid() {
    Path nobody = folder.resolve("nobody.sock");
    assertThatThrownBy(() -> new AdminClient(nobody).ask("GET", "/version"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "no instance answers at %s (expected: a running finward with this admin.socket)",
            nobody);
  }

  private Answer get(String path) throws IOException {
    return new AdminClient(socket).ask("GET", path);
  }
}
