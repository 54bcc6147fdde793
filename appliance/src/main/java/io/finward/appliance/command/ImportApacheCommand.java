package io.finward.appliance.command;

import io.finward.appliance.apache.ApacheImport;
import io.finward.appliance.apache.ApacheImport.Imported;
import io.finward.appliance.apache.syntax.BadHttpdConfException;
import io.finward.appliance.apache.syntax.HttpdReader.Given;
import io.finward.appliance.apache.syntax.HttpdVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code finward import-apache FILE}: a forward proxy's httpd.conf as a configuration of ours. */
@Command(
    name = "import-apache",
    description =
        "Write a configuration from Apache httpd's; what is not carried over goes to standard"
            + " error.")
final class ImportApacheCommand implements Callable<Integer> {
  @Mixin private final Terminal terminal = new Terminal();

  @Parameters(
      paramLabel = "FILE",
      description = "the main file, as /etc/apache2/apache2.conf or /etc/httpd/conf/httpd.conf")
  private Path file = Path.of("");

  @Option(names = "-o", paramLabel = "FILE", description = "write there, not on standard output")
  private @Nullable Path to;

  @Option(names = "-D", paramLabel = "NAME", description = "as httpd's -D: defined for IfDefine")
  private List<String> defines = new ArrayList<>();

  @Option(
      names = "-d",
      paramLabel = "FOLDER",
      description = "as httpd's -d: the ServerRoot, whatever the file says")
  private @Nullable Path root;

  @Option(
      names = "--httpd",
      paramLabel = "VERSION",
      description = "what IfVersion compares with; ${DEFAULT-VALUE} unless given")
  private String version = "2.4.66";

  @Override
  public Integer call() throws CommandFailedException {
    Imported imported;
    try {
      imported = ApacheImport.of(file, new Given(defines, HttpdVersion.parse(version), root));
    } catch (BadHttpdConfException | IllegalArgumentException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
    Path target = to;
    if (target == null) {
      terminal.out().print(imported.text());
      terminal.out().flush();
    } else {
      try {
        Files.writeString(target, imported.text());
      } catch (IOException e) {
        throw new CommandFailedException(target + ": cannot be written: " + e);
      }
    }
    imported.left().forEach(terminal.err()::println);
    terminal.err().flush();
    return 0;
  }
}
