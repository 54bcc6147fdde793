package io.finward.appliance.wiring;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.observe.Observed;
import java.io.IOException;

/** What an appliance runs: a {@link Gateway}, or a stand-in in a test. */
public interface RunningGateway extends AutoCloseable {
  /** What commands, JMX and metrics show of it. */
  Observed observed();

  /**
   * Waits for what the start has begun and nobody needs before it is over. Once, after the start.
   *
   * @throws IOException in words for the operator, when it failed
   */
  void settle() throws IOException;

  /** Accepts nobody any more; sessions go on. May be repeated. */
  void stopListening();

  /** Stops in order: listeners, sessions, rules as {@code rules.on-stop} says. */
  @Override
  void close() throws IOException;

  /** Starts a gateway. */
  @FunctionalInterface
  interface Factory {
    /**
     * Starts it: when this returns, every listener is bound and every rule is in place.
     *
     * @param listener is told of all sessions, beside the gateway's own listeners
     * @throws IOException in words for the operator; nothing is left behind then
     */
    RunningGateway start(FinwardConfig config, GatewayListener listener) throws IOException;
  }
}
