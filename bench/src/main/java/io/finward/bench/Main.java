package io.finward.bench;

import java.util.Arrays;
import picocli.CommandLine;

/**
 * The entry of {@code finward bench}: a program of its own, so that the appliance carries none of
 * it.
 */
public final class Main {
  private Main() {}

  /** Runs the command and exits: 0 ok, 1 failure, 2 usage. */
  public static void main(String[] arguments) {
    boolean named = arguments.length > 0 && arguments[0].equals("bench");
    String[] own = named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
    System.exit(
        new CommandLine(new BenchCommand()).setCaseInsensitiveEnumValuesAllowed(true).execute(own));
  }
}
