package io.finward.conntrack.message;

import io.finward.linux.netlink.UnknownAttribute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the kernel's table, or as much of one as a message told; what it left out is null.
 *
 * @param original the opener's packets
 * @param reply the answers, after NAT
 * @param status IPS_... bits
 * @param timeout seconds that are left
 * @param tcp the tracker's view of TCP
 * @param mark the ctmark
 * @param id changes when the tuple's entry is another one
 * @param countersOriginal the opener's packets, counted
 * @param countersReply the answers, counted
 * @param unknown attributes without a name here, as they came
 */
public record ConntrackEntry(
    Tuple original,
    Tuple reply,
    @Nullable Status status,
    @Nullable Integer timeout,
    @Nullable TcpInfo tcp,
    @Nullable Integer mark,
    @Nullable Integer id,
    @Nullable Counters countersOriginal,
    @Nullable Counters countersReply,
    List<UnknownAttribute> unknown) {
  public ConntrackEntry {
    unknown = List.copyOf(unknown);
  }

  /** Whether the answers come from elsewhere than the opener's packets went. */
  public boolean destinationNat() {
    return !original.destination().equals(reply.source())
        || original.destinationPort() != reply.sourcePort();
  }

  /** Whether the answers go elsewhere than the opener's packets came from. */
  public boolean sourceNat() {
    return !original.source().equals(reply.destination())
        || original.sourcePort() != reply.destinationPort();
  }

  /** The TCP state, where the message had one that is known here. */
  public @Nullable TcpState state() {
    return tcp == null ? null : tcp.state();
  }
}
