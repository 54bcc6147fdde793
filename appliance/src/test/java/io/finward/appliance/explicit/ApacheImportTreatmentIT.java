package io.finward.appliance.explicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.appliance.apache.ApacheImport;
import io.finward.appliance.apache.ApacheImport.Imported;
import io.finward.appliance.apache.syntax.HttpdReader.Given;
import io.finward.appliance.apache.syntax.HttpdVersion;
import io.finward.appliance.explicit.ProxyTalk.Answer;
import io.finward.linux.netns.NetnsExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a real Apache tells an origin and a client with a configuration, and what the door tells
 * them with the same configuration imported.
 */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class ApacheImportTreatmentIT {
  private static final int FINWARD = 3128;
  private static final int APACHE = 3129;
  private static final String ORIGIN = "http://198.51.100.2:8081";

  private static final String RULES =
      """
      Listen 192.0.2.1:3129
      ThreadsPerChild 8
      SetEnvIf Request_URI "^http://198\\.51\\.100\\.2:8081/anchored" force-proxy-request-1.0
      SetEnvIf Request_URI "/both" proxy-nokeepalive force-proxy-request-1.0
      SetEnvIf Request_URI "/both/not" !proxy-nokeepalive !force-proxy-request-1.0
      SetEnvIf Request_Method "^HEAD$" force-proxy-request-1.0
      SetEnvIf Remote_Addr "^192\\.0\\.2\\." inside
      SetEnvIf Remote_Addr "^198\\.51\\.100\\.7$" outside
      SetEnvIf Request_URI "/pictures/" picture
      RequestHeader unset Proxy early
      RequestHeader unset Referer
      RequestHeader set X-Office berlin
      RequestHeader append X-List more
      RequestHeader merge X-List more
      RequestHeader edit X-Agent "^(\\w+)/(\\w*).*" "$2-$1 \\\\$1 $ 100%%"
      RequestHeader edit* X-Secret "secret=[^;]*" "-"
      RequestHeader set X-Inside yes env=inside
      RequestHeader set X-Outside yes env=outside
      RequestHeader set X-Picture yes env=picture
      Header always set X-Always 1
      Header always unset X-Mirror
      Header append X-Mirror two
      Header merge X-Mirror one
      Header edit* Location http:// https://
      Header set X-Office: berlin
      Header add X-Office paris
      <Proxy "*">
        RequestHeader append X-List proxy
        SetEnv Proxy-Chain-Auth
      </Proxy>
      <Proxy "http://198.51.100.2:8081/pictures/*">
        RequestHeader set X-Office gallery
        Header unset Location
        SetEnv force-proxy-request-1.0 1
      </Proxy>
      <ProxyMatch "\\.exe$">
        RequestHeader add X-List exe
      </ProxyMatch>
      """;

  private static final List<String> MODULES =
      List.of(
          "mpm_event", "unixd", "authz_core", "env", "headers", "setenvif", "proxy", "proxy_http");

  private static final List<String> REQUESTS =
      List.of(
          "GET " + ORIGIN + "/",
          "GET " + ORIGIN + "/anchored",
          "GET " + ORIGIN + "/both",
          "GET " + ORIGIN + "/both/not",
          "GET " + ORIGIN + "/pictures/a.exe",
          "GET " + ORIGIN + "/other?/pictures/",
          "POST " + ORIGIN + "/x.exe");

  private static final String[] HEADERS = {
    "Host: 198.51.100.2:8081",
    "Content-Length: 0",
    "Proxy: http://evil.test/",
    "Referer: http://secret.test/",
    "X-Office: paris",
    "X-List: one",
    "X-Agent: curl/8 (x)",
    "X-Secret: a=b; secret=c; d=e; secret=f",
    "X-Inside: no",
  };

  @TempDir private Path folder;

  @Test
  void tellsWhatApacheTells() throws Exception {
    ApacheBeside.open(folder);
    try (ExplicitLab lab = ExplicitLab.start(folder, "");
        MirrorOrigin _ = MirrorOrigin.open(lab.server(), ExplicitLab.SERVER, 8081)) {
      ApacheBeside.start(lab, "apache", MODULES, RULES, "", APACHE);
      Imported imported =
          ApacheImport.of(
              folder.resolve("apache.conf"),
              new Given(List.of(), HttpdVersion.parse("2.4.60"), null));
      lab.reloadWhole(imported.text());
      await().until(() -> lab.log().contains("read again: "));

      ProxyTalk talk = new ProxyTalk(lab.client());
      SoftAssertions all = new SoftAssertions();
      for (String request : REQUESTS) {
        Answer apache = talk.ask(APACHE, request + " HTTP/1.1", HEADERS);
        Answer finward = talk.ask(FINWARD, request + " HTTP/1.1", HEADERS);
        all.assertThat(told(finward)).as("%s", request).isEqualTo(told(apache));
        all.assertThat(heard(finward)).as("answer to %s", request).isEqualTo(heard(apache));
      }
      all.assertAll();
      // A forward proxy of Apache's never keeps a connection: it cannot be asked about this one.
      assertThat(talk.ask(FINWARD, "GET " + ORIGIN + "/both HTTP/1.1", HEADERS).body())
          .containsIgnoringCase("\nconnection: close");
      assertThat(talk.ask(FINWARD, "GET " + ORIGIN + "/both/not HTTP/1.1", HEADERS).body())
          .contains("X-Inside: yes", "GET /both/not HTTP/1.1")
          .doesNotContainIgnoringCase("\nconnection: close");
    }
  }

  /** What the origin was told: the version, and the headers that are edited. */
  private static List<String> told(Answer answer) {
    List<String> lines = new ArrayList<>();
    for (String line : answer.body().lines().map(it -> it.toLowerCase(Locale.ROOT)).toList()) {
      if (line.matches("(x-|referer|proxy).*")) {
        lines.add(line);
      } else if (line.contains(" http/1.")) {
        lines.add(line.substring(line.lastIndexOf(' ')));
      }
    }
    return lines.stream().sorted().toList();
  }

  /** Headers of one name may come in one line or in several. */
  private static List<String> heard(Answer answer) {
    List<String> said = new ArrayList<>();
    for (String name : List.of("X-Always", "X-Mirror", "X-Office", "Location")) {
      said.add(name + ": " + String.join(", ", answer.all(name)));
    }
    return said;
  }
}
