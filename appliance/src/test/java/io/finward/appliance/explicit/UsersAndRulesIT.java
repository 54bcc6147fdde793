package io.finward.appliance.explicit;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.explicit.ExplicitLab.Said;
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

/** An explicit door with users and rules. IPv6 clients have to say who they are. */
@Tag("netns")
@Timeout(180)
@ExtendWith(NetnsExtension.class)
class UsersAndRulesIT {
  private static final String OPEN = "http://" + ExplicitLab.PROXY;
  private static final String ASKING = "http://" + ExplicitLab.PROXY6;

  @TempDir private static Path folder;
  private static ExplicitLab lab;

  @BeforeAll
  static void start() throws Exception {
    // htpasswd -s: alice's password is "secret", bob's "hush".
    Files.writeString(
        folder.resolve("users"),
        "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\nbob:{SHA}HyHjC/2o54DBcrn3W367/BjmyHk=\n");
    Files.writeString(folder.resolve("groups"), "staff: alice\n");
    Files.writeString(folder.resolve("refused.html"), "<p>Not from here.</p>\n");
    lab =
        ExplicitLab.start(
            folder,
            """
            users { file = "%1$s/users", groups = "%1$s/groups", realm = "the lab" }
            access = [
              { rule = no-ads, deny { name = ".ads.test" } }
              { rule = no-put, deny { method = PUT } }
              { rule = cut, reset { url = "http://origin.test/cut" } }
              { allow { client = "192.0.2.0/24", port = [80, 443, 8022] } }
              { rule = staff-only, allow { group = staff } }
              { deny = all }
            ]
            explicit { via = full, forwarded-for = true }
            error-pages { 403 = "%1$s/refused.html" }
            """
                .formatted(folder));
  }

  @AfterAll
  static void stop() throws Exception {
    String log = lab.log();
    lab.close();
    assertThat(log).doesNotContain("LEAK", "a bug", "Exception");
  }

  @Test
  void asksForAUserWhereARuleWantsOne() throws Exception {
    assertThat(lab.curl("-x", ASKING, "http://origin.test/hello")).startsWith("407");
    assertThat(lab.curl("-x", ASKING, "-U", "alice:wrong", "http://origin.test/hello"))
        .startsWith("407");
    assertThat(lab.curl("-x", ASKING, "-U", "alice:secret", "http://origin.test/hello"))
        .isEqualTo("200 000 6");
    assertThat(lab.curl("-x", ASKING, "-U", "alice:secret", "https://origin.test/hello"))
        .isEqualTo("200 200 6");
    assertThat(lab.curl("-x", OPEN, "http://origin.test/hello")).isEqualTo("200 000 6");
  }

  @Test
  void theQuestionNamesTheRealm() throws Exception {
    Said said = lab.run("curl", "-sgi", "-x", ASKING, "http://origin.test/hello");
    assertThat(said.output())
        .containsIgnoringCase("proxy-authenticate: Basic realm=\"the lab\", charset=\"UTF-8\"");
  }

  @Test
  void aRefusalHasThePageOfTheAdministratorOrJson() throws Exception {
    String url = "http://tracker.ads.test/";
    assertThat(lab.run("curl", "-sgi", "-x", OPEN, url).output())
        .containsIgnoringCase("content-type: text/html; charset=utf-8")
        .endsWith("<p>Not from here.</p>\n");
    assertThat(lab.run("curl", "-sg", "-H", "Accept: application/json", "-x", OPEN, url).output())
        .isEqualTo("{\"status\":403,\"detail\":\"Access to this destination is refused.\"}\n");
  }

  @Test
  void aUserWhoIsNotOfTheGroupIsRefused() throws Exception {
    assertThat(lab.curl("-x", ASKING, "-U", "bob:hush", "http://origin.test/hello"))
        .startsWith("403");
  }

  @Test
  void socksUsersArePasswordChecked() throws Exception {
    String at = ExplicitLab.PROXY6;
    assertThat(lab.curl("-x", "socks5h://alice:secret@" + at, "http://origin.test/hello"))
        .isEqualTo("200 000 6");
    assertThat(lab.curl("-x", "socks5h://alice:wrong@" + at, "http://origin.test/hello"))
        .startsWith("000");
    assertThat(lab.curl("-x", "socks5h://" + at, "http://origin.test/hello")).startsWith("000");
  }

  @Test
  void theOriginSeesNoPasswordButViaAndTheClient() throws Exception {
    Said said =
        lab.run("curl", "-sg", "-x", ASKING, "-U", "alice:secret", "http://origin.test/headers");
    assertThat(said.output())
        .matches("via=1\\.1 \\S+ \\(Finward\\) xff=2001:db8:1:(:|0:0:0:0:)2 auth=\\n");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, http://tracker.ads.test/, 403 000",
    "PUT, http://origin.test/put/x, 403 000",
    "GET, http://origin.test/cut/x, 000 000",
    "GET, https://origin.test:8022/, 000 503",
    "GET, https://origin.test:22/, 000 407",
    "GET, http://127.0.0.1/, 403 000",
  })
  void rulesDecide(String method, String url, String codes) throws Exception {
    assertThat(lab.curl("-x", OPEN, "-X", method, url)).startsWith(codes);
  }
}
