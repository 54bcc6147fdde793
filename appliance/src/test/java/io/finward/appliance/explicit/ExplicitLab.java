package io.finward.appliance.explicit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.finward.appliance.lab.Topology;
import io.finward.appliance.text.AddressText;
import io.finward.linux.netns.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A client, a gateway with the daemon's explicit door on port 3128, and a server with nginx on 80
 * and 443 as {@code origin.test}, which a name server beside it knows.
 */
final class ExplicitLab implements AutoCloseable {
  static final String PROXY = "192.0.2.1:3128";
  static final String PROXY6 = "[2001:db8:1::1]:3128";
  static final String SERVER = "198.51.100.2";
  private static final Duration START = Duration.ofSeconds(60);

  private final Path folder;
  private final Topology topology;
  private final List<String> java;
  private final Map<String, Process> processes = new HashMap<>();
  private final Deque<Runnable> opened = new ArrayDeque<>();

  private static List<String> java(String classPath) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dio.netty.leakDetection.level=paranoid",
        "-cp",
        classPath,
        "io.finward.appliance.Main");
  }

  /** What a client program said. */
  record Said(int code, String output) {}

  private ExplicitLab(Path folder, Topology topology, List<String> java) {
    this.folder = folder;
    this.topology = topology;
    this.java = java;
  }

  /**
   * Starts all of it.
   *
   * @param more further lines of {@code finward { }}
   */
  static ExplicitLab start(Path folder, String more) throws Exception {
    return start(folder, more, System.getProperty("java.class.path"));
  }

  /** The same with jars only, as it is installed: no class wants a descriptor for itself. */
  static ExplicitLab startFromJars(Path folder, String more) throws Exception {
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      if (!entry.isEmpty() && Files.isDirectory(Path.of(entry))) {
        String jar = folder.resolve("classes" + jars.size() + ".jar").toString();
        String[] command = {"--create", "--file", jar, "-C", entry, "."};
        if (ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, command) != 0) {
          throw new IOException("no jar of " + entry);
        }
        jars.add(jar);
      } else {
        jars.add(entry);
      }
    }
    return start(folder, more, String.join(":", jars));
  }

  private static ExplicitLab start(Path folder, String more, String classPath) throws Exception {
    ExplicitLab lab = new ExplicitLab(folder, Topology.create(), java(classPath));
    try {
      lab.startOrigin();
      lab.startNames();
      lab.startDoor(more);
      return lab;
    } catch (Exception e) {
      lab.close();
      throw e;
    }
  }

  Path folder() {
    return folder;
  }

  /** What nginx serves. */
  Path documents() {
    return folder.resolve("www");
  }

  Path certificate() {
    return folder.resolve("cert.pem");
  }

  NetworkNamespace client() {
    return topology.client();
  }

  NetworkNamespace gateway() {
    return topology.gateway();
  }

  NetworkNamespace server() {
    return topology.server();
  }

  /** Runs a program in the client's namespace to its end. */
  Said run(String... command) throws Exception {
    Path output = Files.createTempFile(folder, "client", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile());
    // No proxy, certificate or home of whoever runs the test.
    builder.environment().keySet().retainAll(Set.of("PATH"));
    builder.environment().put("HOME", folder.toString());
    Process process = client().start(builder);
    if (!process.waitFor(60, SECONDS)) {
      process.destroyForcibly();
      throw new IOException(
          Arrays.toString(command) + " does not end: " + Files.readString(output));
    }
    return new Said(process.exitValue(), Files.readString(output));
  }

  /** Runs one of Finward's commands in the client's namespace to its end. */
  Said command(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** curl's status, the answer to its CONNECT, and how many bytes came. */
  String curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "-sg",
                "-m",
                "20",
                "--cacert",
                certificate().toString(),
                "-o",
                folder.resolve("got").toString(),
                "-w",
                "%{http_code} %{http_connect} %{size_download}"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new)).output();
  }

  private void startOrigin() throws Exception {
    Files.createDirectories(documents().resolve("put"));
    Files.writeString(documents().resolve("hello"), "hello\n");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-days",
        "2",
        "-subj",
        "/CN=origin.test",
        "-addext",
        "subjectAltName=DNS:origin.test,IP:" + SERVER);
    Files.writeString(
        folder.resolve("nginx.conf"),
        """
        user root;
        daemon off;
        master_process off;
        pid %1$s/nginx.pid;
        events { worker_connections 1000; }
        http {
          access_log %1$s/origin.log;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          client_max_body_size 1g;
          default_type text/plain;
          server {
            listen 80;
            listen [::]:80;
            listen 443 ssl;
            listen [::]:443 ssl;
            ssl_certificate %1$s/cert.pem;
            ssl_certificate_key %1$s/key.pem;
            root %1$s/www;
            location = /headers {
              return 200 "via=$http_via xff=$http_x_forwarded_for auth=$http_proxy_authorization\\n";
            }
          }
        }
        """
            .formatted(folder));
    start(server(), "nginx", "nginx", "-e", "stderr", "-c", folder + "/nginx.conf");
    await()
        .atMost(START)
        .until(() -> server().run("ss", "-Hltn", "sport = :443").lines().count() >= 2);
  }

  private void startNames() throws IOException {
    NameServer names =
        NameServer.start(
            server(),
            new InetSocketAddress(SERVER, 53),
            Map.of(
                "origin.test",
                List.of(InetAddress.ofLiteral(SERVER), InetAddress.ofLiteral("2001:db8:2::2")),
                "rebound.test",
                List.of(InetAddress.ofLiteral("127.0.0.1")),
                "blocked.test",
                List.of(InetAddress.ofLiteral("198.51.100.77")),
                "alias.test",
                List.of(InetAddress.ofLiteral("198.51.100.77")),
                "half.test",
                List.of(InetAddress.ofLiteral("2001:db8:2::99"), InetAddress.ofLiteral(SERVER))));
    opened.push(names::close);
  }

  private void startDoor(String more) throws Exception {
    startDoor(topology.gateway(), "finward", 3128, more);
  }

  /** Another explicit door, in the server's namespace. */
  void startParent(String name, int port, String more) throws Exception {
    startDoor(server(), name, port, more);
  }

  /** Ends the door and starts it anew with other settings. */
  void restart(String more) throws Exception {
    Process daemon = daemon();
    daemon.destroy();
    if (!daemon.waitFor(30, SECONDS)) {
      throw new IOException("finward does not stop: " + log());
    }
    startDoor(more);
  }

  private void startDoor(NetworkNamespace where, String name, int port, String more)
      throws Exception {
    Path configuration = folder.resolve(name + ".conf");
    Files.writeString(configuration, configuration(name, port, more));
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of("run", "-c", configuration.toString()));
    start(where, name, command.toArray(String[]::new));
    await()
        .atMost(START)
        .until(() -> log(name).lines().anyMatch("finward ready"::equals) || !isAlive(name));
    if (!isAlive(name)) {
      throw new IOException(name + " does not start: " + log(name));
    }
  }

  private String configuration(String name, int port, String more) {
    return """
    finward {
      listeners = [ { name = proxy, mode = explicit, bind = "[::]:%d" } ]
      explicit { name-servers = "%s:53" }
      admin { socket = "%s/%s.sock" }
      %s
    }
    """
        .formatted(port, SERVER, folder, name, more);
  }

  /** Starts another program beside the door; what it says goes to {@code LOG.log}. */
  void startBeside(String log, String... command) throws IOException {
    start(topology.gateway(), log, command);
  }

  /** Starts another program beside the origin. */
  void startThere(String log, String... command) throws IOException {
    start(server(), log, command);
  }

  /** Writes the door's configuration anew and has it read again. */
  void reload(String more) throws Exception {
    reloadAs(configuration("finward", 3128, more));
  }

  /** Has the door read a whole other configuration, which keeps the lab's sockets and names. */
  void reloadWhole(String text) throws Exception {
    reloadAs(
        text
            + """
            finward {
              explicit { name-servers = "%s:53" }
              admin { socket = "%s/finward.sock" }
            }
            """
                .formatted(SERVER, folder));
  }

  private void reloadAs(String text) throws Exception {
    Files.writeString(folder.resolve("finward.conf"), text);
    new ProcessBuilder("kill", "-HUP", Long.toString(daemon().pid())).start().waitFor();
  }

  /** The highest file descriptor that the door has open. */
  int descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + daemon().pid() + "/fd"))) {
      return open.mapToInt(fd -> Integer.parseInt(fd.getFileName().toString())).max().orElse(0);
    }
  }

  /** Lets the running door open descriptors below a number only. */
  void limitDescriptors(int below) throws IOException {
    gateway().run("prlimit", "--pid", Long.toString(daemon().pid()), "--nofile=" + below + ":");
  }

  private Process daemon() {
    return Objects.requireNonNull(processes.get("finward"));
  }

  /** What the daemon's admin socket answers. */
  String command(String path) throws Exception {
    return topology
        .gateway()
        .run("curl", "-sg", "--unix-socket", folder + "/finward.sock", "http://finward" + path);
  }

  /** What {@code explain} tells of a client's session. */
  String explain(Socket client) throws Exception {
    String at = AddressText.format((InetSocketAddress) client.getLocalSocketAddress());
    return topology
        .gateway()
        .run(
            "curl",
            "-sg",
            "--unix-socket",
            folder + "/finward.sock",
            "http://finward/explain?text&client=" + at);
  }

  /** What the daemon has said so far. */
  String log() throws IOException {
    return log("finward");
  }

  private boolean isAlive(String name) {
    return Objects.requireNonNull(processes.get(name)).isAlive();
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  private void start(NetworkNamespace where, String log, String... command) throws IOException {
    Process process =
        where.start(
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log + ".log").toFile()));
    processes.put(log, process);
    opened.push(() -> process.destroyForcibly().onExit().join());
  }

  @Override
  public void close() {
    opened.forEach(Runnable::run);
    topology.close();
  }
}
