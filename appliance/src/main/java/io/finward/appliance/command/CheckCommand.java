package io.finward.appliance.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code finward check}: everything that would keep {@code run} from working. */
@Command(name = "check", description = "Check the configuration and what the kernel offers.")
final class CheckCommand implements Callable<Integer> {
  @Mixin private final ConfigOption config = new ConfigOption();

  @Override
  public Integer call() throws CommandFailedException {
    config.read();
    return 0;
  }
}
