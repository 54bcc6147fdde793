package io.finward.appliance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.proxy.access.Condition;
import io.finward.proxy.treatment.Environment.Change;
import io.finward.proxy.treatment.HeaderEdit;
import io.finward.proxy.treatment.HeaderRule;
import io.finward.proxy.treatment.RequestRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of {@code request} and {@code headers}, and what is said of broken ones. */
class TreatmentConfigTest {
  @TempDir private Path folder;

  private FinwardConfig read(String lines) throws IOException, InvalidConfigException {
    Path file = folder.resolve("finward.conf");
    Files.writeString(
        file,
        "finward { listeners = [ { name = proxy, mode = explicit, bind = \"[::]:3128\" } ]\n"
            + lines
            + "\n}\n");
    return ConfigReader.read(file);
  }

  @Test
  void readsRules() throws Exception {
    FinwardConfig config =
        read(
            """
            request = [
              { for { port = 8080 }, http10 = true, keep-alive = false }
              { half-close = false, chain-auth = on }
            ]
            headers = [
              { in = request, unset = Referer }
              { in = answer, merge = Vary, value = "Cookie", for = all }
            ]
            """);
    assertThat(config.treatment().requests())
        .extracting(RequestRule::change)
        .containsExactly(new Change(false, true, null, null), new Change(null, null, false, true));
    assertThat(config.treatment().headers())
        .containsExactly(
            new HeaderRule(
                new Condition.All(List.of()),
                HeaderRule.Message.REQUEST,
                new HeaderEdit.Unset("Referer")),
            new HeaderRule(
                new Condition.All(List.of()),
                HeaderRule.Message.ANSWER,
                new HeaderEdit.Merge("Vary", "Cookie")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "headers = [ { in = request, set = Host, value = x } ]|headers[0].set",
        "headers = [ { in = request, unset = content-length } ]|headers[0].unset",
        "headers = [ { in = both, unset = X } ]|headers[0].in",
        "headers = [ { in = answer } ]|headers[0]",
        "headers = [ { in = answer, set = X } ]|headers[0].value is missing",
        "headers = [ { in = answer, set = X, add = Y, value = z } ]|headers[0]",
        "headers = [ { in = answer, set = X, value = \"a\\r\\nb\" } ]|headers[0].value",
        "headers = [ { in = answer, edit = X, pattern = \"(\", value = z } ]|headers[0].pattern",
        "headers = [ { in = answer, edit = X, pattern = \"a\", value = \"$1\" } ]|headers[0].value",
        "request = [ { for = all } ]|request[0]",
        "request = [ { http10 = maybe } ]|request[0].http10",
        "request = [ { http10 = true, nonsense = 1 } ]|request[0].nonsense",
        "explicit { refuse-loops = true }|explicit.refuse-loops",
        "explicit { domain = example.org }|explicit.domain",
        "explicit { source-address = [192.0.2.1, 192.0.2.2] }|explicit.source-address",
        "explicit { source-address = \"::\" }|explicit.source-address",
        "explicit { client-headers = x-real-ip }|explicit.client-headers",
        "explicit { receive-buffer = 100 }|explicit.receive-buffer",
      })
  void saysWhatIsWrong(String lines, String key) {
    assertThatThrownBy(() -> read(lines))
        .isInstanceOfSatisfying(
            InvalidConfigException.class,
            e -> {
              assertThat(e.problems()).hasSize(1);
              assertThat(e.problems().getFirst().toString()).contains(":2: " + key, "(expected: ");
            });
  }
}
