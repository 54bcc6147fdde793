package io.finward.conntrack.rescue;

import io.finward.conntrack.client.ConntrackClient.Direction;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.TcpHeader;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Phase;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * New connections on the tuple of one that is there. The wall has stopped the SYN and copied it. A
 * held session makes way without a word; then the SYN is sent in again, past conntrack, to where
 * its entry leads: the listener answers, and the tracker, which has seen the SYN, takes the answer
 * for the beginning of a new connection (nf_conntrack_proto_tcp.c, the SYN/ACK that acknowledges an
 * ignored SYN). A session that is not half-closed does not make way: the SYN reaches its socket,
 * which answers with a challenge ACK (RFC 5961, 4). Used on the conntrack loop only.
 */
public final class TupleReuse {
  /** SYNs under way; more are dropped, and come again. */
  private static final int MAX_PENDING = 4096;

  /** Asks the kernel for an entry. */
  @FunctionalInterface
  public interface Entries {
    /** The entry with this tuple; null without one. */
    CompletableFuture<@Nullable ConntrackEntry> get(Direction direction, Tuple tuple);
  }

  /** Sends packets of our own making. */
  @FunctionalInterface
  public interface Output {
    /**
     * Sends one.
     *
     * @param packet from the IP header on
     * @return the bytes sent, or {@code -errno}
     */
    int send(byte[] packet, InetAddress destination);
  }

  private final EventExecutor loop;
  private final FlowDirectory directory;
  private final Entries entries;
  private final Output sender;
  private final RescueListener listener;
  private final Set<Tuple> pending = new HashSet<>();

  /**
   * Has seen none yet.
   *
   * @param loop that all methods are called on
   * @param directory where flows are asked for
   * @param entries where the tuples of flows nobody knows are asked for
   * @param sender with the mark that policy routing delivers to this machine
   * @param listener asked to end held sessions
   */
  public TupleReuse(
      EventExecutor loop,
      FlowDirectory directory,
      Entries entries,
      Output sender,
      RescueListener listener) {
    this.loop = loop;
    this.directory = directory;
    this.entries = entries;
    this.sender = sender;
    this.listener = listener;
  }

  /** A SYN was stopped on a tuple that has an entry. */
  public void onSyn(LatePacket syn) {
    onSyn(syn, this::unknown);
  }

  /** A SYN was stopped on a tuple that has a socket here and no entry: it is not translated. */
  public void onUntrackedSyn(LatePacket syn) {
    onSyn(syn, TupleReuse::untranslated);
  }

  /**
   * @param unknown where the SYN is to be sent when the flow is nobody's any more
   */
  private void onSyn(LatePacket syn, Function<Tuple, CompletableFuture<@Nullable Tuple>> unknown) {
    assert loop.inEventLoop();
    TcpHeader header = syn.header();
    Tuple tuple = syn.tuple();
    if (header == null || pending.size() >= MAX_PENDING || !pending.add(tuple)) {
      return;
    }
    var _ =
        directory
            .find(tuple)
            .thenCompose(flow -> flow == null ? unknown.apply(tuple) : known(flow))
            .whenCompleteAsync(
                (to, _) -> {
                  pending.remove(tuple);
                  if (to != null) {
                    sender.send(TcpSegment.of(to, header.bytes()), to.destination());
                  }
                },
                loop);
  }

  /** Where the SYN is to be sent, once the session is gone. */
  private CompletableFuture<Tuple> known(FlowRecord flow) {
    Tuple to = flow.reply().inverse();
    boolean held = flow.phase() == Phase.LIVE && flow.leg().client() && flow.closedFirst() != null;
    return held
        ? listener.onTupleReused(flow).thenApply(_ -> to)
        : CompletableFuture.completedFuture(to);
  }

  private CompletableFuture<@Nullable Tuple> unknown(Tuple tuple) {
    return entries
        .get(Direction.ORIGINAL, tuple)
        .thenApply(entry -> entry == null ? null : entry.reply().inverse());
  }

  private static CompletableFuture<@Nullable Tuple> untranslated(Tuple tuple) {
    return CompletableFuture.completedFuture(tuple);
  }
}
