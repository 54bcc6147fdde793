package io.finward.conntrack.message;

/**
 * An entry to make in the kernel's table, with the NAT that lies between its two tuples.
 *
 * <p>The recipe is not obvious and each step was paid for: REPLY goes out as the plain inverse of
 * ORIG, or the kernel sets up no NAT and the packet leaks through the entry; the source NAT is said
 * even when it changes nothing, or a clash quietly picks another port; BE_LIBERAL, because the
 * window scale is unknown.
 *
 * @param original the opener's packets
 * @param reply the answers as they shall be, after NAT
 * @param state the TCP state to begin with
 * @param timeoutSeconds how long it lasts without a packet
 * @param mark the ctmark
 */
public record NewEntry(Tuple original, Tuple reply, TcpState state, int timeoutSeconds, int mark) {
  public NewEntry {
    if (original.ipv6() != reply.ipv6() || original.protocol() != reply.protocol()) {
      throw new IllegalArgumentException(
          original + " and " + reply + " (expected: one family and protocol)");
    }
    if (timeoutSeconds <= 0) {
      throw new IllegalArgumentException(
          "timeout of " + timeoutSeconds + " s (expected: at least 1)");
    }
  }

  /** Whether the destination is translated. */
  public boolean destinationNat() {
    return !original.destination().equals(reply.source())
        || original.destinationPort() != reply.sourcePort();
  }
}
