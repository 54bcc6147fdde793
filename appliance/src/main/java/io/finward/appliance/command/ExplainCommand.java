package io.finward.appliance.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code finward explain CLIENT:PORT}: what happened to a session, also after its end. */
@Command(
    name = "explain",
    description = "Tell the story of a client's sessions, the newest first; also after their end.")
final class ExplainCommand implements Callable<Integer> {
  @Mixin private final Instance instance = new Instance();
  @Mixin private final Terminal terminal = new Terminal();

  @Parameters(paramLabel = "CLIENT:PORT", description = "as 192.0.2.1:40000 or [2001:db8::1]:40000")
  private String client = "";

  @Option(names = "--json", description = "a JSON array instead of diagrams")
  private boolean json;

  @Override
  public Integer call() throws CommandFailedException {
    String path = "/explain?client=" + URLEncoder.encode(client, UTF_8);
    if (json) {
      terminal.out().println(instance.get(path));
    } else {
      terminal.out().print(instance.get(path + "&text"));
    }
    terminal.out().flush();
    return 0;
  }
}
