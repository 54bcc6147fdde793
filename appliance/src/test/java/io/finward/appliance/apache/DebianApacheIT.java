package io.finward.appliance.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.finward.appliance.apache.ApacheImport.Imported;
import io.finward.appliance.apache.syntax.HttpdReader.Given;
import io.finward.appliance.apache.syntax.HttpdVersion;
import io.finward.appliance.config.ConfigReader;
import io.finward.appliance.config.FinwardConfig;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tree of Debian's package as it is installed, and the forward proxy its comments propose. */
class DebianApacheIT {
  private static final Path INSTALLED = Path.of("/etc/apache2");

  @TempDir private Path folder;

  @Test
  void importsTheInstalledTreeWithItsForwardProxyEnabled() throws Exception {
    assumeTrue(Files.exists(INSTALLED.resolve("apache2.conf")), "apache2 is not installed");
    Path root = folder.resolve("apache2");
    copy(root);
    for (String module : List.of("proxy", "proxy_http", "proxy_connect")) {
      enable(root, module + ".load", "");
    }
    enable(root, "proxy.conf", "(?m)^#(ProxyRequests On|</?Proxy|   [A-Z])");

    Imported imported =
        ApacheImport.of(
            root.resolve("apache2.conf"), new Given(List.of(), HttpdVersion.parse("2.4.60"), null));
    assertThat(imported.text())
        .contains("bind = \"[::]:80\"")
        .contains("# mods-enabled/proxy.conf:")
        .contains("{ deny = all }")
        .contains("/var/log/apache2/access.log");
    assertThat(imported.left()).noneMatch(line -> line.contains("does not know it"));

    FinwardConfig config =
        ConfigReader.read(Files.writeString(folder.resolve("finward.conf"), imported.text()));
    assertThat(config.access().rules()).hasSize(1);
    assertThat(config.accessLogs()).hasSize(1);
  }

  private static void copy(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(INSTALLED, FileVisitOption.FOLLOW_LINKS)) {
      for (Path one : all.toList()) {
        Path target = root.resolve(INSTALLED.relativize(one).toString());
        if (Files.isDirectory(one)) {
          Files.createDirectories(target);
        } else {
          Files.copy(one, target);
        }
      }
    }
  }

  private static void enable(Path root, String name, String commented) throws IOException {
    String text = Files.readString(root.resolve("mods-available").resolve(name));
    Files.writeString(
        root.resolve("mods-enabled").resolve(name),
        commented.isEmpty() ? text : text.replaceAll(commented, "$1"));
  }
}
