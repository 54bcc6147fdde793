package io.finward.appliance.explicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A real Apache 2.4 on the lab's gateway, of one process, with the lab's name server. */
final class ApacheBeside {
  private static final Path PROGRAM = Path.of("/usr/sbin/apache2");

  private static final String USUAL =
      """
      ServerRoot @HERE@
      DefaultRuntimeDir @HERE@
      PidFile @HERE@/@NAME@.pid
      ErrorLog @HERE@/@NAME@-error.log
      ServerName gateway.test
      User www-data
      Group www-data
      DocumentRoot @HERE@
      ProxyRequests On
      """;

  private ApacheBeside() {}

  /** What all of them need to be able to read. */
  static void open(Path folder) throws IOException {
    assertThat(PROGRAM).as("apt-get install apache2").isExecutable();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * Starts one and waits until it listens. It ends with the lab.
   *
   * @param modules without {@code mod_}
   * @param rules of its configuration, besides what all have; {@code @HERE@} is the lab's folder
   * @param hosts lines of its {@code /etc/hosts}
   * @param port one that it listens on
   */
  static void start(
      ExplicitLab lab, String name, List<String> modules, String rules, String hosts, int port)
      throws IOException {
    StringBuilder configuration = new StringBuilder();
    for (String module : modules) {
      configuration.append(
          """
          <IfModule !mod_%1$s.c>
          LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so
          </IfModule>
          """
              .formatted(module));
    }
    configuration.append(
        (USUAL + rules).replace("@HERE@", lab.folder().toString()).replace("@NAME@", name));
    Path file = Files.writeString(lab.folder().resolve(name + ".conf"), configuration);
    // Files that are its own: it looks nowhere else.
    Path resolv =
        Files.writeString(
            lab.folder().resolve(name + ".resolv"),
            "nameserver %s\n".formatted(ExplicitLab.SERVER));
    Path known = Files.writeString(lab.folder().resolve(name + ".hosts"), hosts);
    lab.startBeside(
        name,
        "unshare",
        "-m",
        "sh",
        "-c",
        "mount --bind %s /etc/resolv.conf && mount --bind %s /etc/hosts && exec %s -X -f %s"
            .formatted(resolv, known, PROGRAM, file));
    await().until(() -> !lab.gateway().run("ss", "-Hltn", "sport = :" + port).isBlank());
  }
}
