package io.finward.appliance.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.appliance.apache.ApacheImport.Imported;
import io.finward.appliance.apache.syntax.BadHttpdConfException;
import io.finward.appliance.apache.syntax.HttpdConf;
import io.finward.appliance.apache.syntax.HttpdReader;
import io.finward.appliance.apache.syntax.HttpdReader.Given;
import io.finward.appliance.apache.syntax.HttpdVersion;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.config.ConfigReader;
import io.finward.appliance.config.FinwardConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations in the styles of the field, each with the {@code finward.conf} that is made. */
class ApacheImportTest {
  private static final Given GIVEN = new Given(List.of(), HttpdVersion.parse("2.4.60"), null);
  private static final Pattern PLACES =
      Pattern.compile("([^ :]+):([0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*)");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "apache-1.3/httpd.conf",
        "apache-2.0/conf/httpd.conf",
        "apache-2.2/conf/httpd.conf",
        "apache-2.4/conf/httpd.conf",
        "blocks/httpd.conf",
        "chain/httpd.conf",
        "hop/httpd.conf",
        "debian/apache2.conf",
        "groups/httpd.conf",
        "logs/httpd.conf",
        "mixed/httpd.conf",
        "rhel/conf/httpd.conf",
        "vhost/httpd.conf",
        "windows/conf/httpd.conf",
      })
  void makesWhatIsExpected(String name) throws Exception {
    Path root = copy(name.substring(0, name.indexOf('/')));
    Path main = folder.resolve(name);
    Imported imported = ApacheImport.of(main, GIVEN);
    assertThat(imported.text().replace(root.toString(), "@ROOT@"))
        .isEqualTo(Files.readString(root.resolve("finward.conf")));

    FinwardConfig config = ConfigReader.read(write(imported.text()));
    assertThat(config.listeners()).hasSize(imported.doors());

    HttpdConf conf = HttpdReader.read(main, GIVEN);
    List<String> places = new ArrayList<>();
    collect(conf.nodes(), conf.folder(), places);
    assertThat(said(imported.text())).as("every line has a fate").containsAll(places);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "apache-1.3/httpd.conf|httpd.conf:32: Allow from .partner.example|host name is not looked up",
        "apache-2.0/conf/httpd.conf|httpd.conf:32: ErrorDocument 502|put it into a file",
        "hop/httpd.conf|httpd.conf:52: RequestHeader set X-Old|only SetEnvIf of",
        "apache-2.4/conf/httpd.conf|httpd.conf:45: Require host evil.example|WIDER THAN APACHE",
        "apache-2.4/conf/httpd.conf|httpd.conf:59: <If|expressions are not understood",
        "apache-2.4/conf/httpd.conf|httpd.conf:62: UseUnknownThing yes|does not know it",
        "blocks/httpd.conf|httpd.conf:8: Deny from worm.example|WIDER THAN APACHE",
        "blocks/httpd.conf|httpd.conf:18: <ProxyMatch|LOOK AT IT",
        "chain/httpd.conf|httpd.conf:7: ProxyRemote ftp|out of scope",
        "debian/apache2.conf|apache2.conf:6: MaxKeepAliveRequests 100|any number",
        "groups/httpd.conf|httpd.conf:25: Require ldap-group|files only",
        "hop/httpd.conf|httpd.conf:18: SetEnvIf User-Agent|only SetEnvIf of",
        "hop/httpd.conf|httpd.conf:32: RequestHeader set X-Client|plain text",
        "hop/httpd.conf|httpd.conf:33: RequestHeader set Connection|framing",
        "logs/httpd.conf|httpd.conf:8: CustomLog logs/images.log common env=image|no conditions",
        "logs/httpd.conf|httpd.conf:16: CustomLog \"|no pipes",
        "mixed/httpd.conf|httpd.conf:11: BalancerMember|reverse proxying",
        "mixed/httpd.conf|httpd.conf:4: Listen 8443 https|TLS",
        "rhel/conf/httpd.conf|conf.d/proxy.conf:9: CustomLog|no conditions",
        "vhost/httpd.conf|httpd.conf:27: <VirtualHost *:3130>|no Listen leads here",
        "windows/conf/httpd.conf|httpd.conf:16: CustomLog \"C:/Apache24|no file of this machine",
      })
  void listsWhatIsNotCarriedOver(String name, String line, String reason) throws Exception {
    copy(name.substring(0, name.indexOf('/')));
    assertThat(ApacheImport.of(folder.resolve(name), GIVEN).left())
        .anySatisfy(left -> assertThat(left).contains(line, reason));
  }

  @Test
  void withoutAForwardProxyThereIsNothingToImport() throws IOException {
    Path file =
        Files.writeString(folder.resolve("httpd.conf"), "Listen 80\nProxyPass / http://a/\n");
    assertThatThrownBy(() -> ApacheImport.of(file, GIVEN))
        .isInstanceOf(BadHttpdConfException.class)
        .hasMessageStartingWith(file + ": no forward proxy in it");
  }

  @ParameterizedTest
  @CsvSource({
    "10, 10.0.0.0/8",
    "10.1., 10.1.0.0/16",
    "192.0.2.77/255.255.255.0, 192.0.2.0/24",
    "192.0.2.77/24, 192.0.2.0/24",
    "192.0.2.77/32, 192.0.2.77",
    "192.0.2.77, 192.0.2.77",
    "0.0.0.0/0, 0.0.0.0/0",
    "2001:db8:1:2::3/64, 2001:db8:1:2::/64",
    "2001:db8::3, 2001:db8::3",
    "10.0.0.0/255.0.255.0, ",
    "10.0.0.0/33, ",
    "300.1, ",
    "a.example, ",
    ".10, ",
  })
  void readsNetworksAsApacheDoes(String text, String network) {
    assertThat(Addresses.network(text)).isEqualTo(network);
  }

  private Path copy(String name) throws Exception {
    Path from =
        Path.of(Objects.requireNonNull(getClass().getResource(name + "/finward.conf")).toURI())
            .getParent();
    Path to = folder.resolve(name);
    try (Stream<Path> files = Files.walk(Objects.requireNonNull(from))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        String text = Files.readString(file);
        // The expected file stays as it is; line ends, too.
        Files.writeString(
            target, file.endsWith("finward.conf") ? text : text.replace("@ROOT@", to.toString()));
      }
    }
    Files.createDirectories(to.resolve("logs"));
    return to;
  }

  private Path write(String text) {
    try {
      return Files.writeString(folder.resolve("made.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(List<Node> nodes, Path base, List<String> places) {
    for (Node node : nodes) {
      places.add(node.place().from(base));
      if (node instanceof Node.Section section) {
        collect(section.nodes(), base, places);
      }
    }
  }

  /** Every place that a comment names. */
  private static Set<String> said(String text) {
    Set<String> said = new HashSet<>();
    Matcher place = PLACES.matcher(text);
    while (place.find()) {
      for (String range : place.group(2).split(",", -1)) {
        String[] ends = range.split("-", -1);
        for (int line = Integer.parseInt(ends[0]);
            line <= Integer.parseInt(ends[ends.length - 1]) && line < 10_000;
            line++) {
          said.add(place.group(1) + ":" + line);
        }
      }
    }
    return said;
  }
}
