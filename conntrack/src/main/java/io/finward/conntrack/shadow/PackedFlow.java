package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import io.finward.linux.socket.AddressWords;
import java.net.InetAddress;

/**
 * A flow in the first nine longs of a row.
 *
 * <pre>
 * 0-1 original source   2-3 original destination   4-5 the address NAT put in place of one of them
 * 6   ports: original source, original destination, reply source, reply destination
 * 7   session           8   flags, listener (16 bits each), second of the first FIN
 * </pre>
 *
 * <p>IPv4 addresses are kept in their mapped form. The reply tuple is the original's inverse but
 * for one address at most and the ports, which keeps a row under a hundred bytes.
 */
final class PackedFlow {
  static final int SESSION = 7;
  static final int FLAGS = 8;

  private static final int LEG = 0x3;

  /** The leg has no entry. */
  private static final int UNTRACKED = 0x40;

  private static final int PHASE_SHIFT = 2;
  private static final int PHASE = 0x3;
  private static final int DESTINATION_MOVED = 0x10;
  private static final int SOURCE_MOVED = 0x20;
  private static final int CLOSED = 0x80;
  private static final int CLOSED_BY_LOCAL = 0x100;
  private static final int REMOTE_ENDED = 0x200;
  private static final int LOCAL_ENDED = 0x400;
  private static final int LEASED = 0x800;

  private static final Leg[] TRACKED = {Leg.REDIRECTED, Leg.TRANSPARENT, Leg.UPSTREAM};
  private static final Leg[] UNTRACKED_LEGS = {
    Leg.REDIRECTED, Leg.TRANSPARENT_UNTRACKED, Leg.UPSTREAM_UNTRACKED
  };
  private static final Phase[] PHASES = Phase.values();

  private PackedFlow() {}

  static void write(long[] page, int at, FlowRecord flow) {
    Tuple original = flow.original();
    Tuple reply = flow.reply();
    address(page, at, original.source());
    address(page, at + 2, original.destination());
    boolean destinationMoved = !original.destination().equals(reply.source());
    address(page, at + 4, destinationMoved ? reply.source() : reply.destination());
    page[at + 6] =
        (long) original.sourcePort() << 48
            | (long) original.destinationPort() << 32
            | (long) reply.sourcePort() << 16
            | reply.destinationPort();
    page[at + SESSION] = flow.session();
    int flags = position(flow.leg()) | position(flow.phase()) << PHASE_SHIFT;
    flags |= destinationMoved ? DESTINATION_MOVED : 0;
    flags |= original.source().equals(reply.destination()) ? 0 : SOURCE_MOVED;
    flags |= flow.closedFirst() == null ? 0 : CLOSED;
    flags |= flow.closedFirst() == End.LOCAL ? CLOSED_BY_LOCAL : 0;
    flags |= flow.remoteEnded() ? REMOTE_ENDED : 0;
    flags |= flow.localEnded() ? LOCAL_ENDED : 0;
    flags |= flow.leased() ? LEASED : 0;
    flags |= flow.leg().tracked() ? 0 : UNTRACKED;
    page[at + FLAGS] =
        (long) flags << 48 | (long) flow.listener() << 32 | (flow.closedSeconds() & 0xffffffffL);
  }

  static FlowRecord read(long[] page, int at) {
    int flags = (int) (page[at + FLAGS] >>> 48);
    InetAddress source = address(page, at);
    InetAddress destination = address(page, at + 2);
    InetAddress nat = address(page, at + 4);
    long ports = page[at + 6];
    return new FlowRecord(
        page[at + SESSION],
        ((flags & UNTRACKED) == 0 ? TRACKED : UNTRACKED_LEGS)[flags & LEG],
        (int) (page[at + FLAGS] >>> 32) & 0xffff,
        Tuple.tcp(source, (int) (ports >>> 48), destination, (int) (ports >>> 32) & 0xffff),
        Tuple.tcp(
            (flags & DESTINATION_MOVED) != 0 ? nat : destination,
            (int) (ports >>> 16) & 0xffff,
            (flags & SOURCE_MOVED) != 0 ? nat : source,
            (int) ports & 0xffff),
        PHASES[flags >> PHASE_SHIFT & PHASE],
        (flags & CLOSED) == 0 ? null : (flags & CLOSED_BY_LOCAL) != 0 ? End.LOCAL : End.REMOTE,
        page[at + FLAGS] & 0xffffffffL,
        (flags & REMOTE_ENDED) != 0,
        (flags & LOCAL_ENDED) != 0,
        (flags & LEASED) != 0);
  }

  static Phase phase(long flags) {
    return PHASES[(int) (flags >>> 48) >> PHASE_SHIFT & PHASE];
  }

  /** Another phase. */
  static void phase(long[] page, int at, Phase phase) {
    page[at + FLAGS] =
        (page[at + FLAGS] & ~((long) PHASE << (PHASE_SHIFT + 48)))
            | ((long) position(phase) << (PHASE_SHIFT + 48));
  }

  /** The entry lasts by our CTA_TIMEOUT. */
  static void leased(long[] page, int at) {
    page[at + FLAGS] |= (long) LEASED << 48;
  }

  /**
   * An end's FIN was seen, at this second.
   *
   * @return whether exactly one end's has been seen now
   */
  static boolean closed(long[] page, int at, End end, int seconds) {
    long word = page[at + FLAGS];
    int flags = (int) (word >>> 48);
    if ((flags & CLOSED) == 0) {
      flags |= CLOSED | (end == End.LOCAL ? CLOSED_BY_LOCAL : 0);
      word = (word & ~0xffffffffL) | seconds;
    }
    flags |= end == End.LOCAL ? LOCAL_ENDED : REMOTE_ENDED;
    page[at + FLAGS] = (word & 0xffffffffffffL) | ((long) flags << 48);
    return (flags & LOCAL_ENDED) == 0 || (flags & REMOTE_ENDED) == 0;
  }

  /** Whether a row's tuple, the original or the reply, is this one. */
  static boolean matches(long[] page, int at, boolean reply, TupleKey key) {
    int flags = (int) (page[at + FLAGS] >>> 48);
    long ports = page[at + 6];
    int source = at;
    int destination = at + 2;
    if (reply) {
      source = (flags & DESTINATION_MOVED) != 0 ? at + 4 : at + 2;
      destination = (flags & SOURCE_MOVED) != 0 ? at + 4 : at;
    } else {
      ports >>>= 32;
    }
    return (int) ports == key.ports
        && page[source + 1] == key.sourceLow
        && page[destination + 1] == key.destinationLow
        && page[source] == key.sourceHigh
        && page[destination] == key.destinationHigh;
  }

  /** Puts a row's original or reply tuple into a key. */
  static void key(long[] page, int at, boolean reply, TupleKey key) {
    int flags = (int) (page[at + FLAGS] >>> 48);
    long ports = page[at + 6];
    int source = at;
    int destination = at + 2;
    if (reply) {
      source = (flags & DESTINATION_MOVED) != 0 ? at + 4 : at + 2;
      destination = (flags & SOURCE_MOVED) != 0 ? at + 4 : at;
    } else {
      ports >>>= 32;
    }
    key.sourceHigh = page[source];
    key.sourceLow = page[source + 1];
    key.destinationHigh = page[destination];
    key.destinationLow = page[destination + 1];
    key.ports = (int) ports;
  }

  private static void address(long[] page, int at, InetAddress address) {
    page[at] = AddressWords.high(address);
    page[at + 1] = AddressWords.low(address);
  }

  private static InetAddress address(long[] page, int at) {
    return AddressWords.address(page[at], page[at + 1]);
  }

  private static int position(Leg leg) {
    return switch (leg) {
      case REDIRECTED -> 0;
      case TRANSPARENT, TRANSPARENT_UNTRACKED -> 1;
      case UPSTREAM, UPSTREAM_UNTRACKED -> 2;
    };
  }

  private static int position(Phase phase) {
    return switch (phase) {
      case LIVE -> 0;
      case PARKED -> 1;
      case ENDED -> 2;
    };
  }
}
