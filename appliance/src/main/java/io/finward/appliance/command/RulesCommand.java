package io.finward.appliance.command;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.wiring.Gateway;
import io.finward.appliance.wiring.NatConfig;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.nat.rule.NatSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code finward rules print|apply|verify|remove}. */
@Command(name = "rules", description = "The nft rules and policy routing that run would install.")
final class RulesCommand implements Callable<Integer> {
  /** What to do with them; lower case, for that is how it is typed. */
  enum Action {
    print,
    apply,
    verify,
    remove
  }

  @Mixin private final ConfigOption option = new ConfigOption();
  @Mixin private final Terminal terminal = new Terminal();

  @Parameters(paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}")
  private Action action = Action.print;

  @Override
  public Integer call() throws CommandFailedException {
    FinwardConfig config = option.read();
    try {
      return act(action == Action.verify ? applied(config) : rules(config, NatConfig.of(config)));
    } catch (NatException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The rules that were put in place. Where others decide who gets conntrack entries, they may have
   * decided otherwise then.
   */
  private static Nat applied(FinwardConfig config) throws NatException {
    for (boolean othersAsk : new boolean[] {false, true}) {
      Nat nat = rules(config, NatConfig.of(config, othersAsk));
      if (nat.appliedLast()) {
        return nat;
      }
    }
    return rules(config, NatConfig.of(config));
  }

  private static Nat rules(FinwardConfig config, NatSettings settings) {
    return new Nat(settings, Gateway.stateDirectory(config));
  }

  private int act(Nat nat) throws NatException {
    switch (action) {
      case print -> terminal.out().print(nat.print());
      case apply -> nat.apply();
      case remove -> nat.remove();
      case verify -> {
        List<String> differences = nat.verify();
        differences.forEach(terminal.err()::println);
        return differences.isEmpty() ? 0 : 1;
      }
    }
    terminal.out().flush();
    return 0;
  }
}
