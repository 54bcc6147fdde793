package io.finward.conntrack.rescue;

import io.finward.conntrack.client.ConntrackClient;
import io.finward.conntrack.client.ConntrackClient.Direction;
import io.finward.conntrack.client.Outcome;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.NewEntry;
import io.finward.conntrack.message.TcpFlags;
import io.finward.conntrack.message.TcpInfo;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.finward.conntrack.shadow.Phase;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes a flow's entry again, both tuples as they were. */
public final class EntryRestorer {
  /** How long a made entry lasts before its first packet, or the lease, sets another time. */
  static final int TIMEOUT_SECONDS = 120;

  /** nf_conntrack_tcp_timeout_time_wait: for flows of which both ends are done. */
  private static final int ENDED_SECONDS = 120;

  /** The kernel's own sysctl sets the time with the first packet of an open flow. */
  private static final int OPEN_SECONDS = 300;

  private static final int ATTEMPTS = 9;

  private final ConntrackClient client;

  /** Restores by this client. */
  public EntryRestorer(ConntrackClient client) {
    this.client = client;
  }

  /**
   * Makes the entry. {@link Outcome.Present} when it was there already; {@link Outcome.Busy} when
   * the client's port has been used for another connection since.
   */
  CompletableFuture<Outcome> restore(FlowRecord flow, TcpState state) {
    CompletableFuture<Outcome> result = new CompletableFuture<>();
    attempt(new Lack(flow, state), 0, result);
    return result;
  }

  /** A flow that lacks its entry, and the state the entry should have. */
  private record Lack(FlowRecord flow, TcpState state) {
    NewEntry entry() {
      int timeout =
          switch (state) {
            case ESTABLISHED -> OPEN_SECONDS;
            case LAST_ACK -> ENDED_SECONDS;
            case FIN_WAIT, CLOSE_WAIT -> TIMEOUT_SECONDS;
            case NONE, SYN_SENT, SYN_RECV, TIME_WAIT, CLOSE, SYN_SENT2 ->
                throw new IllegalArgumentException(state + " (expected: a state of an open flow)");
          };
      return new NewEntry(flow.original(), flow.reply(), state, timeout, 0);
    }
  }

  private void attempt(Lack lack, int number, CompletableFuture<Outcome> result) {
    var _ =
        client
            .create(lack.entry())
            .thenAccept(outcome -> {
              if (!(outcome instanceof Outcome.Busy) || number == ATTEMPTS) {
                result.complete(outcome);
              } else {
                clash(lack, number, outcome, result);
              }
            });
  }

  /** A place is taken: by the entry itself, by one that is dying, or by one that must not be. */
  private void clash(Lack lack, int number, Outcome outcome, CompletableFuture<Outcome> result) {
    FlowRecord flow = lack.flow();
    var _ =
        client
            .get(Direction.ORIGINAL, flow.original())
            .thenCombine(
                client.get(Direction.ORIGINAL, flow.reply()),
                (first, second) -> {
                  if (isEntryOf(flow, first)) {
                    result.complete(new Outcome.Present());
                  } else if (rightful(flow, first) || rightful(flow, second)) {
                    result.complete(outcome);
                  } else {
                    removeForeign(first);
                    removeForeign(second);
                    again(lack, number + 1, result);
                  }
                  return true;
                });
  }

  /** What a wrong entry carries would leak, or reach another session. */
  private void removeForeign(@Nullable ConntrackEntry entry) {
    if (entry != null) {
      var _ = client.delete(entry.original());
    }
  }

  private void again(Lack lack, int number, CompletableFuture<Outcome> result) {
    // 1 ms to 256 ms, half a second in all: the sender's first retransmission takes 200 ms.
    var _ =
        client
            .loop()
            .schedule(
                () -> attempt(lack, number, result), 1L << (number - 1), TimeUnit.MILLISECONDS);
  }

  private static boolean isEntryOf(FlowRecord flow, @Nullable ConntrackEntry entry) {
    if (entry == null || !entry.original().equals(flow.original())) {
      return false;
    }
    // Of an upstream leg whose source NAT nobody has asked for yet, the kernel knows better.
    boolean unasked = flow.leg() == Leg.UPSTREAM && flow.reply().equals(flow.original().inverse());
    return unasked || entry.reply().equals(flow.reply());
  }

  /**
   * Whether the entry in our place belongs there: a newer connection, which began with a handshake.
   * Those that do not came from a packet that passed while there was none: the reversed one of a
   * late reply, which has no NAT; or a sender's data, taken in the middle of its stream
   * (tcp_loose), whose NAT the kernel chose anew and may have chosen differently.
   */
  private static boolean rightful(FlowRecord flow, @Nullable ConntrackEntry entry) {
    return entry != null
        && (entry.destinationNat() || entry.sourceNat())
        && (flow.phase() == Phase.ENDED || !takenInTheMiddle(entry));
  }

  /** tcp_new() of nf_conntrack_proto_tcp.c makes both directions liberal then; else neither is. */
  private static boolean takenInTheMiddle(ConntrackEntry entry) {
    TcpInfo tcp = entry.tcp();
    return tcp != null && liberal(tcp.flagsOriginal()) && liberal(tcp.flagsReply());
  }

  private static boolean liberal(@Nullable TcpFlags flags) {
    return flags != null && (flags.flags() & TcpFlags.BE_LIBERAL) != 0;
  }
}
