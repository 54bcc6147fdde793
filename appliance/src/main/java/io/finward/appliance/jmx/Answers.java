package io.finward.appliance.jmx;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Waits for an answer of the loops, as JMX's calls must. */
final class Answers {
  private static final long SECONDS = 10;

  private Answers() {}

  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      // A cause of our own would need our classes at the client.
      throw new IllegalStateException("no answer: " + e.getCause());
    }
  }
}
