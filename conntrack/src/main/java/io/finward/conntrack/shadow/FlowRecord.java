package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * A flow as the shadow table knows it; immutable, for any thread.
 *
 * @param session the session's id, for explaining
 * @param leg which of the session's connections
 * @param listener the listener's number
 * @param original the opener's packets: the client's, or on an upstream leg the proxy's
 * @param reply the answers, after NAT
 * @param phase what is left of it here
 * @param closedFirst whose FIN was seen first; null while neither was
 * @param closedSeconds seconds of the shard's clock when it was; 0 while neither was
 * @param remoteEnded whether the remote end's FIN was seen
 * @param localEnded whether ours was sent
 * @param leased whether its entry lasts by our CTA_TIMEOUT instead of a {@code ct timeout} policy
 */
public record FlowRecord(
    long session,
    Leg leg,
    int listener,
    Tuple original,
    Tuple reply,
    Phase phase,
    @Nullable End closedFirst,
    long closedSeconds,
    boolean remoteEnded,
    boolean localEnded,
    boolean leased) {
  public FlowRecord {
    if (original.ipv6() != reply.ipv6()) {
      throw new IllegalArgumentException(
          original + " and " + reply + " (expected: tuples of one family)");
    }
    boolean destinationMoved = !original.destination().equals(reply.source());
    boolean sourceMoved = !original.source().equals(reply.destination());
    if (destinationMoved && sourceMoved) {
      throw new IllegalArgumentException(
          original + " and " + reply + " (expected: NAT of at most one address)");
    }
    if (listener < 0 || listener > 0xffff) {
      throw new IllegalArgumentException("listener " + listener + " (expected: 0 to 65535)");
    }
  }

  /** A flow that has just been opened. */
  public static FlowRecord opened(
      long session, Leg leg, int listener, Tuple original, Tuple reply) {
    return new FlowRecord(
        session, leg, listener, original, reply, Phase.LIVE, null, 0, false, false, false);
  }

  /** Whether exactly one end's FIN was seen. */
  public boolean halfClosed() {
    return remoteEnded != localEnded;
  }

  /** Which end sent a packet that carries one of the two tuples. */
  public End sender(Tuple packet) {
    boolean opener = packet.equals(original);
    return opener == leg.client() ? End.REMOTE : End.LOCAL;
  }

  /** The same after an end's FIN, seen at this second. */
  public FlowRecord closed(End end, long seconds) {
    boolean first = closedFirst == null;
    return with(
        original,
        reply,
        phase,
        first ? end : closedFirst,
        first ? seconds : closedSeconds,
        remoteEnded || end == End.REMOTE,
        localEnded || end == End.LOCAL,
        leased);
  }

  /** The same in another phase. */
  public FlowRecord in(Phase other) {
    return with(
        original, reply, other, closedFirst, closedSeconds, remoteEnded, localEnded, leased);
  }

  /** The same with an entry that lasts by our CTA_TIMEOUT. */
  public FlowRecord leasedByUs() {
    return with(original, reply, phase, closedFirst, closedSeconds, remoteEnded, localEnded, true);
  }

  /** The same with the tuples the kernel's NAT gave it. */
  public FlowRecord translated(Tuple newOriginal, Tuple newReply) {
    return with(
        newOriginal, newReply, phase, closedFirst, closedSeconds, remoteEnded, localEnded, leased);
  }

  /** The same session's leg, with everything that may change. */
  private FlowRecord with(
      Tuple newOriginal,
      Tuple newReply,
      Phase newPhase,
      @Nullable End first,
      long firstSeconds,
      boolean remote,
      boolean local,
      boolean ours) {
    return new FlowRecord(
        session,
        leg,
        listener,
        newOriginal,
        newReply,
        newPhase,
        first,
        firstSeconds,
        remote,
        local,
        ours);
  }
}
