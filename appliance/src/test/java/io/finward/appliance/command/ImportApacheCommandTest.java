package io.finward.appliance.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Its output, its list and its exit code. */
class ImportApacheCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void writesTheConfigurationAndTheList() throws IOException {
    Path conf = conf("Listen 192.0.2.1:3128\nProxyRequests On\nProxyErrorOverride On\n");
    assertThat(run("import-apache", conf.toString())).isZero();
    assertThat(out.toString())
        .contains("{ name = proxy, mode = explicit, bind = \"192.0.2.1:3128\" }")
        .contains("# httpd.conf:2: ProxyRequests On");
    assertThat(err.toString()).startsWith("httpd.conf:3: ProxyErrorOverride On: ");
  }

  @Test
  void writesToAFileAndPassesCheck() throws IOException {
    Path conf = conf("<IfDefine DOOR>\nListen 192.0.2.1:3128\nProxyRequests On\n</IfDefine>\n");
    Path to = folder.resolve("finward.conf");
    assertThat(run("import-apache", "-D", "DOOR", "-o", to.toString(), conf.toString())).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(run("rules", "print", "-c", to.toString())).isZero();
  }

  @Test
  void badInputIsSaidByFileAndLine() throws IOException {
    Path conf = conf("Listen 3128\n<Proxy *>\n");
    assertThat(run("import-apache", conf.toString())).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo(conf + ":2: <Proxy *> is not closed");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aWrongVersionIsSaid() throws IOException {
    assertThat(run("import-apache", "--httpd", "two", conf("").toString())).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo("version \"two\" (expected: a version, as in 2.4.62)");
  }

  private Path conf(String text) throws IOException {
    return Files.writeString(folder.resolve("httpd.conf"), text);
  }

  private int run(String... arguments) {
    CommandLine line = Commands.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }
}
