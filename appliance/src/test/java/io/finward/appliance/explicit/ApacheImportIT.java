package io.finward.appliance.explicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.finward.appliance.apache.ApacheImport;
import io.finward.appliance.apache.ApacheImport.Imported;
import io.finward.appliance.apache.syntax.HttpdReader.Given;
import io.finward.appliance.apache.syntax.HttpdVersion;
import io.finward.linux.netns.NetnsExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whom a real Apache lets in with a configuration, and whom the door lets in with the same
 * configuration imported: the same clients, users, methods and URLs.
 */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class ApacheImportIT {
  private static final Path APACHE = Path.of("/usr/sbin/apache2");
  private static final int APACHE_PORT = 3129;
  private static final int DOOR_PORT = 3128;

  /** The first is the client's own, as the topology made it. */
  private static final List<String> CLIENTS =
      List.of("192.0.2.2", "192.0.2.66", "192.0.2.200", "2001:db8:1::2");

  private static final List<String> USERS = List.of("", "alice:secret", "bob:hush", "bob:wrong");

  private static final List<String> REQUESTS =
      List.of(
          "GET http://198.51.100.2/hello",
          "HEAD http://198.51.100.2/put/x.exe",
          "POST http://198.51.100.2/put/y",
          "GET http://198.51.100.2/closed",
          "CONNECT 198.51.100.2:443",
          "CONNECT 198.51.100.2:22");

  private static final String LOGIN =
      """
      AuthType Basic
      AuthName lab
      AuthBasicProvider file
      AuthUserFile users
      AuthGroupFile groups
      """;

  /** What stands in httpd.conf besides what all have. */
  private static final List<String> CONFIGURATIONS =
      List.of(
          "",
          "<Proxy *>\nRequire all denied\n</Proxy>",
          "<Proxy *>\nRequire ip 192.0.2.0/26 2001:db8:1::/64\nRequire ip 192.0.2.200\n</Proxy>",
          """
          <Proxy *>
          <RequireAll>
          Require all granted
          Require not ip 192.0.2.66
          Require not method POST
          <RequireNone>
          Require ip 2001:db8:1::2
          </RequireNone>
          </RequireAll>
          </Proxy>
          """,
          """
          <Proxy *>
          %s
          Require valid-user
          Require ip 192.0.2.200
          </Proxy>
          <Proxy http://198.51.100.2/put/*>
          <RequireAll>
          Require group staff
          Require ip 192.0.2
          </RequireAll>
          </Proxy>
          """
              .formatted(LOGIN),
          """
          <Proxy *>
          %s
          <RequireAll>
          Require valid-user
          Require not user bob
          </RequireAll>
          </Proxy>
          <Proxy "http://198.51.100.2/put/">
          AuthMerging Or
          Require ip 192.0.2.66
          </Proxy>
          <ProxyMatch "\\.exe$">
          AuthMerging And
          Require method GET
          </ProxyMatch>
          """
              .formatted(LOGIN),
          """
          <Proxy *>
          Order Deny,Allow
          Deny from all
          Allow from 192.0.2.0/255.255.255.0
          </Proxy>
          """,
          """
          <Proxy *>
          Order Allow,Deny
          Allow from 192.0.2 2001:db8::/32
          Deny from 192.0.2.66
          </Proxy>
          <Proxy http://198.51.100.2/closed>
          Order Allow,Deny
          </Proxy>
          """,
          """
          <Proxy *>
          Order Deny,Allow
          Deny from 192.0.2.66 192.0.2.200
          Allow from 192.0.2.200
          </Proxy>
          """,
          """
          <Proxy *>
          Order Mutual-failure
          Allow from all
          Deny from 192.0.2.200
          </Proxy>
          """,
          """
          <Proxy *>
          %s
          Order Deny,Allow
          Deny from all
          Allow from 192.0.2.66
          Require group staff
          Satisfy Any
          </Proxy>
          <Proxy http://198.51.100.2/closed*>
          Order Allow,Deny
          Allow from 192.0.2
          </Proxy>
          """
              .formatted(LOGIN),
          """
          <Proxy *>
          %s
          <Limit POST>
          Require user alice
          </Limit>
          <LimitExcept GET POST CONNECT>
          Order Allow,Deny
          Deny from all
          </LimitExcept>
          </Proxy>
          """
              .formatted(LOGIN),
          """
          SetEnvIf Request_URI "/put/" put
          SetEnvIf Request_Method "^CONNECT$" tunnel
          <Proxy *>
          Order Allow,Deny
          Allow from all
          Deny from env=put
          </Proxy>
          <LocationMatch ":443$">
          Require env tunnel
          </LocationMatch>
          <Location "http://198.51.100.2/hello">
          Require ip 192.0.2.66
          </Location>
          <Location />
          Require all denied
          </Location>
          """,
          """
          AllowCONNECT 20-30
          ProxyBlock 198.51.100.2 nothing.example
          """,
          "AllowCONNECT 22 443\nProxyBlock closed");

  @TempDir private static Path folder;
  private static ExplicitLab lab;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Files.isExecutable(APACHE), "apache2 is not installed");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    // htpasswd -s: alice's password is "secret", bob's "hush".
    Files.writeString(
        folder.resolve("users"),
        "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\nbob:{SHA}HyHjC/2o54DBcrn3W367/BjmyHk=\n");
    Files.writeString(folder.resolve("groups"), "staff: alice\n");
    lab =
        ExplicitLab.start(
            folder, "users { file = \"%1$s/users\", groups = \"%1$s/groups\" }".formatted(folder));
    for (String client : CLIENTS.subList(1, 3)) {
      lab.client().run("ip", "address", "add", client + "/24", "dev", "eth0");
    }
  }

  @AfterAll
  static void stop() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void letsInWhomApacheLetsIn() throws Exception {
    SoftAssertions all = new SoftAssertions();
    int answers = 0;
    for (String configuration : CONFIGURATIONS) {
      Path file = httpdConf(configuration);
      Process apache = apache(file);
      try {
        Imported imported =
            ApacheImport.of(file, new Given(List.of(), HttpdVersion.parse("2.4.60"), null));
        long before = reloads();
        // Without the users' section the running one stays; the door's address does as well.
        lab.reloadWhole(imported.text());
        await().until(() -> !apache.isAlive() || (reloads() > before && listens()));
        assertThat(apache.isAlive()).as(output()).isTrue();
        for (String client : CLIENTS) {
          for (String request : REQUESTS) {
            for (String user : configuration.contains("AuthType") ? USERS : List.of("")) {
              answers++;
              all.assertThat(status(client, DOOR_PORT, request, user))
                  .as(
                      "%s from %s by \"%s\"%n%s%n%s",
                      request, client, user, configuration, imported.text())
                  .satisfies(ours ->
                      assertThat(refused(ours))
                          .isEqualTo(refused(status(client, APACHE_PORT, request, user))));
            }
          }
        }
      } finally {
        apache.destroy();
        apache.waitFor();
      }
    }
    all.assertAll();
    assertThat(answers).isGreaterThan(400);
  }

  /** The user may be right and yet refused: Apache asks again by 407, the door says 403. */
  private static boolean refused(int status) {
    return status == 403 || status == 407;
  }

  private static int status(String from, int port, String request, String user) throws IOException {
    String target = request.substring(request.indexOf(' ') + 1);
    String host = target.replaceAll("^http://|(?<=\\d)/.*$", "");
    String login =
        user.isEmpty()
            ? ""
            : "Proxy-Authorization: Basic %s\r\n"
                .formatted(
                    Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    String head =
        "%s HTTP/1.1\r\nHost: %s\r\n%s%sConnection: close\r\n\r\n"
            .formatted(
                request, host, login, request.startsWith("POST") ? "Content-Length: 0\r\n" : "");
    InetAddress source = InetAddress.ofLiteral(from);
    String gateway = from.contains(":") ? "2001:db8:1::1" : "192.0.2.1";
    return lab.client()
        .call(() -> {
          try (Socket socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(gateway), port));
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = answer.readLine();
            return line == null ? 0 : Integer.parseInt(line.split(" ", -1)[1]);
          }
        });
  }

  private static long reloads() throws IOException {
    return lab.log().lines().filter(line -> line.contains("read again: ")).count();
  }

  private static boolean listens() throws IOException {
    return !lab.gateway().run("ss", "-Hltn", "sport = :" + APACHE_PORT).isBlank();
  }

  private static String output() throws IOException {
    return Files.readString(folder.resolve("apache.out"));
  }

  private static Path httpdConf(String more) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String module :
        List.of(
            "mpm_event",
            "unixd",
            "authz_core",
            "authz_host",
            "authz_user",
            "authz_groupfile",
            "authn_core",
            "authn_file",
            "auth_basic",
            "access_compat",
            "env",
            "setenvif",
            "proxy",
            "proxy_http",
            "proxy_connect")) {
      text.append(
          """
          <IfModule !mod_%1$s.c>
          LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so
          </IfModule>
          """
              .formatted(module));
    }
    text.append(
        """
        ServerRoot %1$s
        DefaultRuntimeDir %1$s
        PidFile %1$s/apache.pid
        ErrorLog %1$s/apache.err
        ServerName gateway.test
        User www-data
        Group www-data
        Listen %2$d
        ThreadsPerChild 8
        ProxyRequests On
        %3$s
        """
            .formatted(folder, APACHE_PORT, more));
    return Files.writeString(folder.resolve("httpd.conf"), text);
  }

  private static Process apache(Path file) throws IOException {
    return lab.gateway()
        .start(
            new ProcessBuilder(APACHE.toString(), "-X", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("apache.out").toFile()));
  }
}
