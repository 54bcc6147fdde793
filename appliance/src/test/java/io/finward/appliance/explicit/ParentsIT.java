package io.finward.appliance.explicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests that go on through parents: two explicit doors beside the origin. {@code asking} wants a
 * user; {@code broken} is a port where nobody listens.
 */
@Tag("netns")
@Timeout(240)
@ExtendWith(NetnsExtension.class)
class ParentsIT {
  private static final String DOOR = "http://" + ExplicitLab.PROXY;
  private static final String SOCKS = "socks5h://" + ExplicitLab.PROXY6;

  @TempDir private static Path folder;
  private static ExplicitLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab =
        ExplicitLab.start(
            folder,
            """
            parents = [
              { name = asking, url = "http://%1$s:3001", user = gateway, password = secret }
              { name = socks,  url = "socks5://[2001:db8:2::2]:3001", user = gateway, password = secret }
              { name = broken, url = "http://%1$s:3009" }
              { name = nobody, url = "http://%1$s:3001", user = gateway, password = wrong }
              { name = socks-nobody, url = "socks5://%1$s:3001" }
              { name = secure, url = "https://origin.test:3443", ca = "%2$s/cert.pem" }
              { name = by-address, url = "https://%1$s:3443", ca = "%2$s/cert.pem", certificate-name = origin.test }
              { name = untrusted, url = "https://origin.test:3443" }
            ]
            access = [ { deny { name = ".denied.test" } } ]
            route = [
              { direct { destination = "127.0.0.0/8" } }
              { direct { url = "http://origin.test/direct" } }
              { via { url = ["http://%1$s/", "%1$s:443"] }, parents = secure }
              { via { url = "http://%1$s:80/" }, parents = by-address }
              { via { url = "http://origin.test/untrusted" }, parents = untrusted }
              { via { url = "http://origin.test/nobody" }, parents = nobody }
              { via { url = "http://origin.test/socks-nobody" }, parents = socks-nobody }
              { via { port = 80, client = "192.0.2.0/24" }, parents = [broken, asking] }
              { via { port = 443, client = "192.0.2.0/24" }, parents = asking }
              { via = all, parents = [socks] }
            ]
            """
                .formatted(ExplicitLab.SERVER, folder));
    startSecure();
    for (String name : new String[] {"hello", "direct", "nobody", "socks-nobody"}) {
      Files.writeString(lab.documents().resolve(name), "hello\n");
    }
    Files.writeString(folder.resolve("users"), "gateway:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
    // Beside the origin: its address is the parent's own.
    lab.startParent(
        "asking",
        3001,
        """
        users { file = "%s/users" }
        explicit { via = on }
        access = [
          { allow { valid-user = true, destination = ["198.51.100.2", "2001:db8:2::2"] } }
          { deny = all }
        ]
        """
            .formatted(folder));
  }

  /** tinyproxy, with HAProxy before it for TLS. */
  private static void startSecure() throws Exception {
    Files.writeString(
        folder.resolve("both.pem"),
        Files.readString(folder.resolve("key.pem")) + Files.readString(lab.certificate()));
    Files.writeString(
        folder.resolve("haproxy.cfg"),
        """
        defaults
          mode tcp
          timeout connect 5s
          timeout client 60s
          timeout server 60s
        listen tls
          bind :3443 ssl crt %s/both.pem
          server next 127.0.0.1:8888
        """
            .formatted(folder));
    Files.writeString(
        folder.resolve("tinyproxy.conf"),
        """
        Port 8888
        Listen 127.0.0.1
        Timeout 20
        MaxClients 20
        ConnectPort 443
        """);
    lab.startThere("haproxy", "haproxy", "-db", "-f", folder + "/haproxy.cfg");
    lab.startThere("tinyproxy", "tinyproxy", "-d", "-c", folder + "/tinyproxy.conf");
    await()
        .until(() ->
            lab.server().run("ss", "-Hltn", "sport = :3443 or sport = :8888").lines().count() >= 2);
  }

  @AfterAll
  static void stop() throws Exception {
    String log = lab.log();
    lab.close();
    assertThat(log).doesNotContain("LEAK", "a bug", "Exception");
  }

  @ParameterizedTest
  @CsvSource({
    // The first parent does not answer, the second asks for a password and gets it.
    DOOR + ", http://origin.test/hello, 200 000 6",
    DOOR + ", https://origin.test/hello, 200 200 6",
    SOCKS + ", http://origin.test/hello, 200 000 6",
    SOCKS + ", https://origin.test/hello, 200 000 6",
    "socks5h://" + ExplicitLab.PROXY + ", https://origin.test/hello, 200 000 6",
    // A name with a route of its own goes straight.
    DOOR + ", http://origin.test/direct, 200 000 6",
    // A parent that wants another password: no question to the client.
    DOOR + ", http://origin.test/nobody, 502 000",
    // It lets us in without a user, and then the rules refuse.
    DOOR + ", http://origin.test/socks-nobody, 403 000",
    // Behind TLS.
    DOOR + ", http://198.51.100.2/hello, 200 000 6",
    DOOR + ", http://198.51.100.2:80/hello, 200 000 6",
    DOOR + ", https://198.51.100.2/hello, 200 200 6",
    SOCKS + ", https://198.51.100.2/hello, 200 000 6",
    DOOR + ", http://origin.test/untrusted, 503 000",
    // What a parent refuses, and what it cannot resolve.
    DOOR + ", https://nosuch.test/, 000 502",
    DOOR + ", http://198.51.100.1/, 403 000",
    // Ours, before any parent.
    DOOR + ", http://x.denied.test/, 403 000",
    DOOR + ", http://127.0.0.1/, 403 000",
  })
  void goesTheWayOfItsRoute(String proxy, String url, String codes) throws Exception {
    assertThat(lab.curl("-x", proxy, url)).startsWith(codes);
  }

  @Test
  void onlyThoseThroughTheParentHaveItsVia() throws Exception {
    String parents = "via=1\\.1 \\S+ xff= auth=\n";
    assertThat(lab.run("curl", "-sg", "-x", DOOR, "http://origin.test/headers").output())
        .matches(parents);
    assertThat(lab.run("curl", "-sg", "-x", SOCKS, "http://origin.test/headers").output())
        .isEqualTo("via= xff= auth=\n");
  }

  @Test
  void oneConnectionServesSeveralRequests() throws Exception {
    String url = "http://origin.test/hello";
    assertThat(lab.run("curl", "-s", "-x", DOOR, url, url, url).output())
        .isEqualTo("hello\nhello\nhello\n");
  }

  @Test
  void theLogNamesAParentThatDoesNotWorkAndNoPassword() throws Exception {
    assertThat(lab.curl("-x", DOOR, "http://origin.test/hello")).startsWith("200");
    assertThat(lab.curl("-x", DOOR, "http://origin.test/untrusted")).startsWith("503");
    assertThat(lab.log())
        .contains("parent broken does not work: tried last from now on: ECONNREFUSED")
        .contains("parent untrusted does not work: tried last from now on: TLS: ")
        .doesNotContain("secret");
  }
}
