package io.finward.conntrack.message;

import io.finward.linux.netlink.UnknownAttribute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CTA_PROTOINFO_TCP. What a message left out is null; a DESTROY event has the state alone.
 *
 * @param state the tracker's state
 * @param scaleOriginal window scale of the opener
 * @param scaleReply window scale of the other end
 * @param flagsOriginal of the opener's direction
 * @param flagsReply of the other direction
 * @param unknown attributes without a name here, a state of a newer kernel among them
 */
public record TcpInfo(
    @Nullable TcpState state,
    @Nullable Integer scaleOriginal,
    @Nullable Integer scaleReply,
    @Nullable TcpFlags flagsOriginal,
    @Nullable TcpFlags flagsReply,
    List<UnknownAttribute> unknown) {
  public TcpInfo {
    unknown = List.copyOf(unknown);
  }

  /** This state, and nothing else said. */
  public static TcpInfo of(TcpState state) {
    return new TcpInfo(state, null, null, null, null, List.of());
  }

  /** This state with BE_LIBERAL in both directions, for entries we make. */
  public static TcpInfo liberal(TcpState state) {
    return new TcpInfo(state, null, null, TcpFlags.LIBERAL, TcpFlags.LIBERAL, List.of());
  }
}
