package io.finward.appliance.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.tools.attach.VirtualMachine;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code finward run} as an operator has it: processes, signals, exit codes. */
@Tag("netns")
@ExtendWith(NetnsExtension.class)
@Timeout(180)
class RunIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void runsUntilItIsToldToStop(NetworkNamespace gateway) throws Exception {
    Path config = configuration("finward.conf", "admin.sock");
    Process run = start(gateway, "first", "run", "-c", config.toString());
    awaitReady("first");
    assertThat(folder.resolve("admin.sock")).exists();
    run.destroy(); // SIGTERM
    assertThat(run.waitFor(30, SECONDS)).isTrue();
    assertThat(run.exitValue()).isZero();
    assertThat(folder.resolve("admin.sock")).doesNotExist();
    assertThat(gateway.run("nft", "list", "ruleset")).isEmpty();
  }

  /** As jconsole does it: nothing was opened for it, and it sees Finward's MBeans and the JDK's. */
  @Test
  @SuppressWarnings("BanJNDI") // the URL is of the process started here
  void whoAttachesFindsAllMBeans(NetworkNamespace gateway) throws Exception {
    Path config = configuration("finward.conf", "admin.sock");
    Process run = start(gateway, "first", "run", "-c", config.toString());
    awaitReady("first");
    VirtualMachine machine = VirtualMachine.attach(Long.toString(run.pid()));
    try {
      JMXServiceURL url = new JMXServiceURL(machine.startLocalManagementAgent());
      Set<ObjectName> names =
          gateway.call(() -> {
            try (JMXConnector connector = JMXConnectorFactory.connect(url)) {
              MBeanServerConnection server = connector.getMBeanServerConnection();
              ObjectName last = new ObjectName("io.finward.metrics:name=sessions.open,type=gauges");
              await().until(() -> server.isRegistered(last));
              return server.queryNames(null, null);
            }
          });
      assertThat(names)
          .map(ObjectName::toString)
          .contains(
              "io.finward:type=Sessions",
              "io.finward:type=Listener,name=web",
              "java.lang:type=Memory",
              "com.sun.management:type=DiagnosticCommand",
              "JMImplementation:type=MBeanServerDelegate");
    } finally {
      machine.detach();
    }
  }

  /** Apache's ErrorLog: what goes wrong is said there, and standard output has one line. */
  @Test
  void errorLog_isStandardError(NetworkNamespace gateway) throws Exception {
    Path config = configuration("finward.conf", "admin.sock");
    List<String> command = command("run", "-c", config.toString());
    Process run =
        gateway.start(
            new ProcessBuilder(command)
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("error").toFile()));
    started.add(run);
    awaitReady("output");
    Files.writeString(config, "finward { lisners = [] }");
    assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(run.pid())).start().waitFor())
        .isZero();
    await().until(() -> log("error").contains(config + ":1: lisners"));
    assertThat(log("error").lines())
        .as("every line has its time, its level and who says it")
        .allMatch(line ->
            line.matches(
                "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}(Z|[+-][0-9]{2}:[0-9]{2})"
                    + " (ERROR|WARN |INFO |DEBUG) [A-Za-z0-9.]+ - .*"));
    assertThat(log("output")).isEqualTo("finward ready%n".formatted());
  }

  @Test
  void aSecondInstanceIsToldWhoRuns(NetworkNamespace gateway) throws Exception {
    Path config = configuration("finward.conf", "admin.sock");
    Process run = start(gateway, "first", "run", "-c", config.toString());
    awaitReady("first");

    Process same = start(gateway, "second", "run", "-c", config.toString());
    assertThat(same.waitFor(30, SECONDS)).isTrue();
    assertThat(same.exitValue()).isEqualTo(1);
    assertThat(log("second"))
        .isEqualTo("another instance is running (pid %d)%n".formatted(run.pid()));

    Path other = configuration("other.conf", "other.sock");
    Process taken = start(gateway, "third", "run", "-c", other.toString());
    assertThat(taken.waitFor(30, SECONDS)).isTrue();
    assertThat(taken.exitValue()).isEqualTo(1);
    assertThat(log("third"))
        .isEqualTo(
            "%s:2: listeners[0].bind = 127.0.0.1:8080: is in use by java (pid %d)%n"
                .formatted(other, run.pid()));
    assertThat(run.isAlive()).isTrue();
  }

  @Test
  void takesUpAfterItWasKilled(NetworkNamespace gateway) throws Exception {
    Path config = configuration("finward.conf", "admin.sock");
    Process run = start(gateway, "first", "run", "-c", config.toString());
    awaitReady("first");
    run.destroyForcibly(); // SIGKILL: the socket's file stays
    assertThat(run.waitFor(30, SECONDS)).isTrue();
    assertThat(folder.resolve("admin.sock")).exists();

    start(gateway, "second", "run", "-c", config.toString());
    awaitReady("second");
    Process sessions = start(gateway, "third", "sessions", "--json", "-c", config.toString());
    assertThat(sessions.waitFor(30, SECONDS)).isTrue();
    assertThat(log("third")).isEqualTo("[]%n".formatted());
  }

  @Test
  void checkWarnsOfRulesThatAllowSomeAndThenEverybody(NetworkNamespace gateway) throws Exception {
    String rules = "access = [ { allow { client = \"192.0.2.0/24\" } }%s ]";
    Path open = explicit("open.conf", rules.formatted(""));
    Process check = start(gateway, "open", "check", "-c", open.toString());
    assertThat(check.waitFor(30, SECONDS)).isTrue();
    assertThat(log("open"))
        .contains(open + ":4: access[0] is the last rule and not for all: whoever no rule matches");

    Path ended = explicit("ended.conf", rules.formatted(", { deny = all }"));
    check = start(gateway, "ended", "check", "-c", ended.toString());
    assertThat(check.waitFor(30, SECONDS)).isTrue();
    assertThat(log("ended")).doesNotContain("last rule");
  }

  /** Apache's graceful-stop: nobody new, and those who are there come to an end. */
  @Test
  void gracefulStop_waitsForTheLastSession(NetworkNamespace gateway) throws Exception {
    Path config =
        explicit("drain.conf", "explicit { keep-alive = 10m }, rules { on-stop = remove }");
    Process run = start(gateway, "first", "run", "-c", config.toString());
    awaitReady("first");
    try (Socket client = gateway.call(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), 3128))) {
      assertThat(answer(client)).startsWith("HTTP/1.1 403 ").doesNotContain("Connection: close");
      Process drain = start(gateway, "drain", "drain", "--within", "600", "-c", config.toString());
      assertThat(drain.waitFor(30, SECONDS)).isTrue();
      assertThat(log("drain")).isEmpty();
      await()
          .untilAsserted(() ->
              assertThatThrownBy(() ->
                      gateway.call(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), 3128)))
                  .isInstanceOf(ConnectException.class));
      assertThat(run.isAlive()).isTrue();
      assertThat(answer(client)).startsWith("HTTP/1.1 403 ").contains("Connection: close");
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(run.waitFor(30, SECONDS)).isTrue();
    assertThat(run.exitValue()).isZero();
    assertThat(gateway.run("nft", "list", "ruleset")).isEmpty();
  }

  @Test
  void whoIsLeftWhenTheTimeIsOverIsReset(NetworkNamespace gateway) throws Exception {
    Path config =
        explicit("drain.conf", "explicit { keep-alive = 10m }, rules { on-stop = remove }");
    Process run = start(gateway, "first", "run", "-c", config.toString());
    awaitReady("first");
    try (Socket client = gateway.call(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), 3128))) {
      assertThat(answer(client)).startsWith("HTTP/1.1 403 ");
      Process drain = start(gateway, "drain", "drain", "--within", "1", "-c", config.toString());
      assertThat(drain.waitFor(30, SECONDS)).isTrue();
      assertThat(run.waitFor(30, SECONDS)).isTrue();
      assertThat(run.exitValue()).isZero();
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  /** Of a request for a loopback address, which is refused, over a connection that is kept. */
  private static String answer(Socket client) throws IOException {
    client
        .getOutputStream()
        .write("GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(US_ASCII));
    InputStream in = client.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    Matcher length = Pattern.compile("(?i)content-length: ([0-9]+)").matcher(head);
    assertThat(length.find()).isTrue();
    in.skipNBytes(Long.parseLong(length.group(1)));
    // Header names are the codec's in lower case.
    return head.toString().replace("connection: close", "Connection: close");
  }

  private Path explicit(String name, String rules) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        finward {
          listeners = [ { name = proxy, mode = explicit, bind = "127.0.0.1:3128" } ]
          admin { socket = "%s" }
          %s
        }
        """
            .formatted(folder.resolve("admin.sock"), rules));
  }

  private Path configuration(String name, String socket) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        finward {
          listeners = [ { name = web, mode = redirect, bind = "127.0.0.1:8080" } ]
          intercept = [ { listener = web, destinations = ["198.51.100.0/24"] } ]
          rules { on-stop = remove }
          admin { socket = "%s" }
        }
        """
            .formatted(folder.resolve(socket)));
  }

  private Process start(NetworkNamespace gateway, String log, String... arguments)
      throws Exception {
    Process process =
        gateway.start(
            new ProcessBuilder(command(arguments))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile()));
    started.add(process);
    return process;
  }

  private static List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.finward.appliance.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  private void awaitReady(String log) {
    await().atMost(LONG).until(() -> log(log).lines().anyMatch("finward ready"::equals));
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }
}
