package io.finward.appliance.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.config.ConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelayCheckTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "access = [ { deny { name = bad.test } } ]|25, 110, 143",
        "access = [ { deny { name = bad.test, port = [80, 143] } } ]|143",
        "access = [ { deny { name = bad.test, port = 443 } } ]|''",
        "access = [ { deny { name = bad.test, listener = door } } ]|''",
        "access = [ { deny { client = \"192.0.2.0/24\" } }, { deny { name = bad.test } } ]|''",
        "route = [ { via { url = \"http://a.test/\" }, parents = corp } ]|25, 110, 143",
        "access = [ { deny { destination = \"198.51.100.0/24\" } } ]|''",
      })
  void namesThePortsWhereTheServerWouldSpeakFirst(String rules, String ports) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("finward.conf"),
            """
            finward {
              listeners = [
                { name = web, mode = redirect, bind = "0.0.0.0:8080" }
                { name = door, mode = explicit, bind = "0.0.0.0:3128" }
              ]
              intercept = [
                { listener = web, destinations = ["198.51.100.0/24"], ports = [25, 80, "100-200"], clients = ["192.0.2.0/24"] }
              ]
              parents = [ { name = corp, url = "http://198.51.100.9:3128" } ]
              opening { peek = 300ms }
              %s
            }
            """
                .formatted(rules));
    String expected =
        file
            + ":7: rules by name, URL or method have clients of listener web looked at: to ports "
            + ports
            + ", where the server speaks first, each connection waits 300 ms (opening.peek); give"
            + " such rules a port";
    assertThat(new DelayCheck(ConfigReader.read(file)).run())
        .extracting(Remark::text)
        .isEqualTo(ports.isEmpty() ? java.util.List.of() : java.util.List.of(expected));
  }
}
