package io.finward.appliance.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.FakeGateway;
import io.finward.appliance.admin.AdminServer;
import io.finward.appliance.log.LogLevels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Command lines against a running instance, with everything they print. */
@Timeout(30)
class CommandsTest {
  @TempDir private Path folder;
  private final FakeGateway gateway = new FakeGateway();
  private final AdminServer server = new AdminServer(gateway.admin(""));
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String config = "";

  @BeforeEach
  void start() throws IOException {
    Path socket = folder.resolve("admin.sock");
    server.openSocket(socket);
    config =
        Files.writeString(
                folder.resolve("finward.conf"),
                """
                finward {
                  listeners = [ { name = web, mode = redirect, bind = "127.0.0.1:8080" } ]
                  admin { socket = "%s" }
                }
                """
                    .formatted(socket))
            .toString();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void sessionsAreATable() {
    assertThat(run("sessions", "-c", config)).isZero();
    assertThat(out)
        .hasToString(
            """
            ID  LISTENER  CLIENT               DESTINATION           STATE        CLOSED FIRST    AGE  FROM CLIENT  FROM SERVER
             7  web       192.0.2.1:40000      198.51.100.1:80       open         -             3m05s        300 B      1.5 MiB
            12  web       [2001:db8::2]:50001  [2001:db8:f::1]:8080  half-closed  server        3m05s        300 B      1.5 MiB
            2 sessions, 1 half-closed
            """);
  }

  @Test
  void logLevelsAreShownAndSet() {
    try {
      assertThat(run("log", "-c", config, "parents", "trace")).isZero();
      assertThat(run("log", "-c", config)).isZero();
      assertThat(out.toString()).contains("parents     trace");
      assertThat(run("log", "-c", config, "parents", "loud")).isEqualTo(1);
      assertThat(err.toString()).contains("level = \"loud\" (expected: off, error,");
      assertThat(run("log", "-c", config, "parents")).isEqualTo(2);
    } finally {
      LogLevels.apply(Map.of());
    }
  }

  @Test
  void drainsOnce() {
    assertThat(run("drain", "-c", config, "--within", "5")).isZero();
    assertThat(gateway.drained).containsExactly(Duration.ofSeconds(5));
    assertThat(run("drain", "-c", config, "--within", "5")).isEqualTo(1);
    assertThat(err.toString()).contains("it is draining already");
    assertThat(run("drain", "-c", config, "--within", "-1")).isEqualTo(2);
  }

  @Test
  void sessionsAreJson() {
    assertThat(run("sessions", "-c", config, "--json", "--half-closed")).isZero();
    assertThat(out.toString()).startsWith("[{\"id\":12,").endsWith("}]" + System.lineSeparator());
  }

  @Test
  void sessionsOfAClient() {
    assertThat(run("sessions", "-c", config, "--client", "2001:db8::2")).isZero();
    assertThat(out.toString()).contains("12  web", "1 session, 1 half-closed");
  }

  @Test
  void aWrongClientIsSaid() {
    assertThat(run("sessions", "-c", config, "--client", "here")).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("client = \"here\" (expected: an IP address)");
  }

  @Test
  void oneSessionIsShown() {
    assertThat(run("session", "show", "7", "-c", config)).isZero();
    assertThat(out)
        .hasToString(
            """
            id                    7
            client                192.0.2.1:40000
            original destination  198.51.100.1:80
            upstream              198.51.100.1:80
            upstream local        203.0.113.9:33000
            listener              web
            state                 open
            half closed           false
            closed first          none
            accepted              2023-11-14T22:13:20Z
            age                   3m05s
            bytes from client     300 (300 B)
            bytes from server     1572864 (1.5 MiB)
            """);
  }

  @Test
  void aSessionIsKilled() {
    assertThat(run("session", "kill", "12", "-c", config)).isZero();
    assertThat(gateway.killed).containsExactly(12L);
  }

  @Test
  void aSessionThatIsGoneIsSaid() {
    assertThat(run("session", "kill", "13", "-c", config)).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("no session 13");
  }

  @Test
  void flowsAreATable() {
    assertThat(run("flows", "-c", config)).isZero();
    assertThat(out)
        .hasToString(
            """
            CLIENT           DESTINATION      LOCAL             LEG         STATE   CLOSED FIRST  CLOSED FOR
            192.0.2.1:40000  198.51.100.1:80  203.0.113.9:8080  redirected  parked  client             1h06m
            1 flow
            """);
  }

  @Test
  void aStoryIsTold() {
    assertThat(run("explain", "192.0.2.1:40000", "-c", config)).isZero();
    assertThat(out.toString())
        .startsWith("session 5 of listener web: 192.0.2.1:40000 to 198.51.100.1:80\n")
        .contains("+5.000000     |  ended: killed");
  }

  @Test
  void aClientNobodyKnowsIsSaid() {
    assertThat(run("explain", "192.0.2.1:40001", "-c", config)).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo(
            "no session of 192.0.2.1:40001 is known"
                + " (expected: one that lives or ended within the last hour)");
  }

  @Test
  void aClientWithoutPortIsSaid() {
    assertThat(run("explain", "192.0.2.1", "-c", config)).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("client = \"192.0.2.1\" (expected: ADDRESS:PORT)");
  }

  @Test
  void noInstanceIsSaid() {
    server.close();
    assertThat(run("sessions", "-c", config)).isEqualTo(1);
    assertThat(err.toString()).startsWith("no instance answers at " + folder);
  }

  @Test
  void aBrokenConfigurationIsSaid() throws IOException {
    Files.writeString(Path.of(config), "finward { listeners = 7 }");
    assertThat(run("check", "-c", config)).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo(config + ":1: listeners = 7 (expected: a list of listeners, at least one)");
  }

  @Test
  void unknownWordsAreUsageErrors() {
    assertThat(run("sesions")).isEqualTo(2);
    assertThat(run("sessions", "--jsn")).isEqualTo(2);
    assertThat(run("session")).isEqualTo(2);
    assertThat(run("rules", "flush")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
  }

  private int run(String... arguments) {
    CommandLine line = Commands.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }
}
