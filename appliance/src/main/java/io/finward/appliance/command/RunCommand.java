package io.finward.appliance.command;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.log.LogSetup;
import io.finward.appliance.wiring.Appliance;
import io.finward.appliance.wiring.RunningGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code finward run}: in the foreground until SIGTERM or SIGINT. */
@Command(name = "run", description = "Run in the foreground until SIGTERM or SIGINT.")
final class RunCommand implements Callable<Integer> {
  private static final long LONGEST_START_SECONDS = 30;

  @Mixin private final ConfigOption option = new ConfigOption();
  @Mixin private final Terminal terminal = new Terminal();

  private final RunningGateway.Factory factory;

  RunCommand(RunningGateway.Factory factory) {
    this.factory = factory;
  }

  @Override
  public Integer call() throws CommandFailedException, InterruptedException {
    return run(option.read(), terminal.out());
  }

  /** Runs until the JVM is told to end. */
  int run(FinwardConfig config, PrintWriter out)
      throws CommandFailedException, InterruptedException {
    CompletableFuture<Appliance> starting = new CompletableFuture<>();
    Thread stop = new Thread(() -> stop(starting), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      starting.complete(Appliance.start(config, factory));
    } catch (IOException e) {
      LogSetup.flush();
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    } finally {
      // Without effect once it is complete: a signal that comes now does not wait in vain.
      starting.cancel(false);
    }
    out.println("finward ready");
    out.flush();
    new CountDownLatch(1).await();
    return 0;
  }

  /** Runs when the JVM was told to end. A start that is under way is waited for, then undone. */
  private static void stop(CompletableFuture<Appliance> starting) {
    try (Appliance _ = starting.orTimeout(LONGEST_START_SECONDS, TimeUnit.SECONDS).join()) {
      // Closing is all.
    } catch (CompletionException | CancellationException _) {
      return; // It did not start, which is said already, and the exit code is not ours.
    }
    LogSetup.flush();
    // A signal was asked for and obeyed: 0, where the JVM would say 143.
    Runtime.getRuntime().halt(0);
  }
}
