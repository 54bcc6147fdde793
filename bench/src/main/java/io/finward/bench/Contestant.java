package io.finward.bench;

import io.finward.appliance.lab.GatewayProgram;
import org.jspecify.annotations.Nullable;

/**
 * Who stands in the gateway.
 *
 * @param label the name in the report
 * @param program null where packets are only forwarded
 */
record Contestant(String label, @Nullable GatewayProgram program) {
  static final String FINWARD = "finward";
  static final String HAPROXY = "haproxy";
  static final String HAPROXY_AGAIN = "haproxy again";
  static final String SQUID = "squid";
  static final String DIRECT = "direct";

  /** Whether it can do this at all. */
  boolean does(Figure figure) {
    return !(program instanceof PeerContestant peer) || peer.kind().does(figure);
  }

  /** Whether it serves more than one request a connection. */
  boolean keepsAlive() {
    return !(program instanceof PeerContestant peer) || peer.kind() != PeerKind.TINYPROXY;
  }

  /** Whether it is a program on the JVM, whose first seconds are not its speed. */
  boolean onJvm() {
    return program instanceof FinwardContestant;
  }
}
