package io.finward.appliance.apache.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.appliance.apache.syntax.HttpdReader.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The language, and what is wrong with it. */
class HttpdReaderTest {
  @TempDir private Path folder;

  @Test
  void joinsLinesSkipsCommentsAndKeepsTheFirstNumber() throws Exception {
    write(
        "httpd.conf",
        "\ufeff# a comment \\\n that goes on\r\nListen \\\r\n  3128\n\n  proxyREQUESTS On\n");
    assertThat(read()).containsExactly("3: Listen [3128]", "6: proxyREQUESTS [On]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "a b  c; a|b|c",
        "\"a b\" 'c d'; a b|c d",
        "\"a \\\"b\\\" \\\\ \\n\"; a \"b\" \\ \\n",
        "'it\\'s' x; it's|x",
        "\"not closed; not closed",
        "a\"b c\"; a\"b|c\"",
        "\"\" x; |x",
      })
  void splitsWordsAsHttpdDoes(String line, String words) {
    assertThat(String.join("|", Words.of(line))).isEqualTo(Objects.requireNonNull(words));
  }

  @Test
  void variablesCountFromWhereTheyAreDefined() throws Exception {
    write("envvars", "export LOGS=/var/log/x$SUFFIX\nexport ALSO=\"${LOGS}/y\" # why\n");
    write(
        "httpd.conf",
        """
        A ${PORT} ${LOGS} ${ALSO}
        Define PORT 3128
        B ${PORT} %{PORT}x ${lower:x}
        UnDefine PORT
        C ${PORT}
        """);
    HttpdConf conf = conf();
    assertThat(said(conf.nodes()))
        .contains(
            "1: A [${PORT}, /var/log/x, /var/log/x/y]",
            "3: B [3128, %{PORT}x, ${lower:x}]",
            "5: C [${PORT}]");
    assertThat(conf.notices())
        .extracting(one -> one.place().line() + one.text())
        .containsExactly("1${PORT} is not defined", "5${PORT} is not defined");
  }

  @Test
  void conditionsHoldOrAreSaidToBeSkipped() throws Exception {
    write(
        "httpd.conf",
        """
        LoadModule proxy_module modules/mod_proxy.so
        LoadModule mpm_worker_module modules/mod_mpm_worker.so
        <IfModule mod_proxy.c>
          <IfModule !ssl_module>
            Yes 1
          </IfModule>
        </IfModule>
        <IfModule prefork.c>
          No 1
          <IfModule proxy_module>
            No 2
          </IfModule>
        </IfModule>
        <IfDefine GIVEN>
          Yes 2
        </IfDefine>
        <IfVersion < 2.4>
          No 3
        </IfVersion>
        <IfVersion >= 2.4.10>
          Yes 3
        </IfVersion>
        <IfVersion ~ ^2\\.4>
          Yes 4
        </IfVersion>
        <IfFile httpd.conf>
          Yes 5
        </IfFile>
        """);
    HttpdConf conf = conf();
    assertThat(said(conf.nodes()))
        .filteredOn(line -> !line.contains("LoadModule"))
        .containsExactly("5: Yes [1]", "15: Yes [2]", "21: Yes [3]", "24: Yes [4]", "27: Yes [5]");
    assertThat(conf.skipped())
        .extracting(one -> one.opening() + one.lines())
        .containsExactly("<IfModule prefork.c>4", "<IfVersion < 2.4>1");
  }

  @Test
  void includesFilesPatternsAndFolders() throws Exception {
    write("sub/b.conf", "B 1");
    write("sub/a.conf", "A 1\nInclude sub/deep");
    write("sub/.hidden.conf", "Hidden 1");
    write("sub/other", "Other 1");
    write("sub/deep/c", "C 1");
    write(
        "httpd.conf", "Include sub/*.conf\nIncludeOptional none/*.conf\nInclude s?b/deep/[c-d]\n");
    assertThat(read())
        .filteredOn(line -> !line.contains("Include"))
        .containsExactly("1: A [1]", "1: C [1]", "1: B [1]", "1: C [1]");
  }

  @Test
  void macrosAreUsed() throws Exception {
    write(
        "httpd.conf",
        """
        <Macro Door $port $portname>
          <VirtualHost *:$port>
            Use Log $portname
          </VirtualHost>
        </Macro>
        <Macro Log %n>
          CustomLog logs/%n common
        </Macro>
        Use door 3128 "first"
        """);
    assertThat(read()).contains("2: <VirtualHost [*:3128]>", "7: CustomLog [logs/first, common]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "<Proxy *>; :1: <Proxy *> is not closed",
        "<IfDefine X>; :1: <IfDefine X> is not closed",
        "</Proxy>; :1: </Proxy> closes nothing",
        "<A>|</B>; :2: </B>, but <A> is open since line 1",
        "A|<Proxy *|</Proxy>; :2: <Proxy * has no closing >",
        "Include none.conf; :1: no such file: @/none.conf",
        "A|Include httpd.conf; :2: includes @/httpd.conf, which is being read",
        "Include; :1: Include without a file",
        "Use Nothing; :1: no macro \"Nothing\" before this line",
        "<Macro M $a>|</Macro>|Use M; :3: 0 arguments (expected: 1)",
        "<Macro M>|Use M|</Macro>|Use M; :2: a macro uses itself",
        "<IfVersion >>= 2>|</IfVersion>; :1: <IfVersion >>= 2>: operator \">>=\" (expected: one of = == > >= < <= ~)",
        "Error stop; :1: httpd stops here: stop",
      })
  void saysWhatIsWrongAndWhere(String lines, String message) throws IOException {
    write("httpd.conf", lines.replace('|', '\n'));
    assertThatThrownBy(this::conf)
        .isInstanceOf(BadHttpdConfException.class)
        .hasMessage(folder.resolve("httpd.conf") + message.replace("@", folder.toString()));
  }

  @Test
  void aMissingFileAndAFolderAreSaid() {
    assertThatThrownBy(this::conf).hasMessage(folder.resolve("httpd.conf") + ": no such file");
    assertThatThrownBy(() -> HttpdReader.read(folder, given()))
        .hasMessageStartingWith(folder + ": a folder (expected: ");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  private static Given given() {
    return new Given(List.of("GIVEN"), HttpdVersion.parse("2.4.62"), null);
  }

  private HttpdConf conf() throws BadHttpdConfException {
    return HttpdReader.read(folder.resolve("httpd.conf"), given());
  }

  private List<String> read() throws BadHttpdConfException {
    return said(conf().nodes());
  }

  private static List<String> said(List<Node> nodes) {
    List<String> said = new ArrayList<>();
    for (Node node : nodes) {
      switch (node) {
        case Node.Directive one ->
            said.add(one.place().line() + ": " + one.name() + " " + one.words());
        case Node.Section one -> {
          said.add(one.place().line() + ": <" + one.name() + " " + one.words() + ">");
          said.addAll(said(one.nodes()));
        }
      }
    }
    return said;
  }
}
