package io.finward.appliance;

import io.finward.appliance.command.Commands;
import io.finward.appliance.log.LogProvider;

/** The program's entry. */
public final class Main {
  private Main() {}

  /** Runs a command and exits: 0 ok, 1 failure, 2 usage. */
  public static void main(String[] arguments) {
    LogProvider.choose();
    if (arguments.length > 0 && arguments[0].equals("run")) {
      StartAhead.begin();
    }
    System.exit(Commands.run(arguments));
  }
}
