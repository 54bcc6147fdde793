package io.finward.appliance.command;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where a command writes. */
@Command
final class Terminal {
  @Spec(Target.MIXEE)
  private @Nullable CommandSpec command;

  PrintWriter out() {
    return Objects.requireNonNull(command).commandLine().getOut();
  }

  PrintWriter err() {
    return Objects.requireNonNull(command).commandLine().getErr();
  }
}
