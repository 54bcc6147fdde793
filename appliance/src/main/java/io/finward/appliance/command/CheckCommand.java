package io.finward.appliance.command;

import io.finward.appliance.admin.InstanceLock;
import io.finward.appliance.admin.InstanceLock.AnotherInstanceException;
import io.finward.appliance.check.Remark;
import io.finward.appliance.check.SelfTest;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.wiring.Gateway;
import io.finward.appliance.wiring.NatConfig;
import io.finward.nat.apply.Nat;
import io.finward.nat.rule.NatSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code finward check}: everything that would keep {@code run} from working. */
@Command(name = "check", description = "Check the configuration and what this machine offers.")
final class CheckCommand implements Callable<Integer> {
  @Mixin private final ConfigOption option = new ConfigOption();
  @Mixin private final Terminal terminal = new Terminal();

  @Override
  public Integer call() throws CommandFailedException {
    FinwardConfig config = option.read();
    NatSettings rules = NatConfig.of(config);
    List<Remark> remarks = new ArrayList<>();
    try {
      SelfTest test = new SelfTest(config, rules, new Nat(rules, Gateway.stateDirectory(config)));
      remarks.addAll(test.run());
      if (remarks.stream().noneMatch(Remark::error)) {
        remarks.addAll(test.foreignRules());
      }
      // A running instance holds its own addresses, rightly.
      try (InstanceLock _ = InstanceLock.beside(config.admin().socket())) {
        remarks.addAll(test.addresses());
      } catch (AnotherInstanceException e) {
        terminal.out().println(e.getMessage());
      }
    } catch (IOException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
    for (Remark remark : remarks) {
      terminal.err().println((remark.error() ? "" : "warning: ") + remark.text());
    }
    terminal.err().flush();
    if (remarks.stream().anyMatch(Remark::error)) {
      return 1;
    }
    terminal.out().println(config.places().file() + ": ok");
    terminal.out().flush();
    return 0;
  }
}
