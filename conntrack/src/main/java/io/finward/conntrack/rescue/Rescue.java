package io.finward.conntrack.rescue;

import io.finward.conntrack.client.Outcome;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.LatePacket.Kind;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.finward.conntrack.shadow.Phase;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of late packets and of lost entries. Used on the conntrack loop only. */
public final class Rescue {
  /** Late packets whose flow is being asked for or made again. */
  private static final int MAX_PENDING = 4096;

  private static final double STRANGERS_PER_SECOND = 50;
  private static final double STRANGERS_AT_ONCE = 200;

  private final EventExecutor loop;
  private final FlowDirectory directory;
  private final EntryRestorer restorer;
  private final RescueListener listener;
  private final SourceLimits limits;
  private final ResetSender resets;
  private final LossHistory losses;
  private final Set<Tuple> pending = new HashSet<>();

  /**
   * @param loop that all methods are called on
   * @param directory where flows are asked for
   * @param restorer makes entries again
   * @param resets sends our own stack's RSTs again
   * @param listener told, and asked to act
   * @param nanoTime a clock
   */
  public Rescue(
      EventExecutor loop,
      FlowDirectory directory,
      EntryRestorer restorer,
      ResetSender resets,
      RescueListener listener,
      LongSupplier nanoTime) {
    this.loop = loop;
    this.directory = directory;
    this.restorer = restorer;
    this.resets = resets;
    this.losses = new LossHistory(nanoTime);
    this.listener = listener;
    this.limits = new SourceLimits(STRANGERS_PER_SECOND, STRANGERS_AT_ONCE, nanoTime);
  }

  /** A packet met the wall. */
  public void onLatePacket(LatePacket packet) {
    assert loop.inEventLoop();
    Tuple tuple = packet.tuple();
    if (packet.kind() != Kind.RST && pending.contains(tuple)) {
      // Its retransmission; the first one is being seen to. A RST comes but once.
      return;
    }
    boolean local = !packet.arrived();
    if (pending.size() >= MAX_PENDING || !(local || limits.admit(tuple.source()))) {
      listener.on(new RescueEvent.Limited(packet));
      return;
    }
    pending.add(tuple);
    var _ =
        directory
            .find(tuple)
            .whenCompleteAsync(
                (flow, failed) -> {
                  if (failed != null || flow == null || flow.leg() == Leg.UPSTREAM_UNTRACKED) {
                    pending.remove(tuple);
                    stranger(packet);
                  } else {
                    limits.refund(tuple.source());
                    known(packet, flow);
                  }
                },
                loop);
  }

  /**
   * An entry was destroyed. A live flow gets it again at once.
   *
   * @param byRequest whether somebody asked for it
   * @param fill of the kernel's table just then
   */
  public void onDestroyed(ConntrackEntry entry, boolean byRequest, double fill) {
    assert loop.inEventLoop();
    losses.note(entry, byRequest, fill);
    // An entry of which a RST was seen lasts ten seconds more (nf_conntrack_tcp_timeout_close), or
    // until a SYN: whose flow is young has another one, on the same tuple.
    boolean settled = entry.state() == TcpState.CLOSE && !byRequest;
    var _ =
        (settled ? directory.findSettled(entry.original()) : directory.find(entry.original()))
            .thenAcceptAsync(
                flow -> {
                  if (flow != null
                      && flow.phase() == Phase.LIVE
                      && flow.original().equals(entry.original())) {
                    lost(flow, entry);
                  }
                },
                loop);
  }

  private void lost(FlowRecord flow, ConntrackEntry entry) {
    TcpState state = RestoredState.again(flow, entry.state());
    if (flow.reply().equals(entry.reply())) {
      var _ = makeAgain(flow, state);
    } else if (flow.leg() == Leg.UPSTREAM) {
      // The gateway's own source NAT, which the socket cannot know: its entry says it, last of all.
      FlowRecord corrected = flow.translated(entry.original(), entry.reply());
      directory.correct(flow.original(), entry.original(), entry.reply());
      var _ = makeAgain(corrected, state);
    }
  }

  /** Makes a flow's entry again; one that is there stays. */
  public CompletableFuture<Outcome> makeAgain(FlowRecord flow) {
    return makeAgain(flow, RestoredState.of(flow));
  }

  private CompletableFuture<Outcome> makeAgain(FlowRecord flow, TcpState state) {
    if (!flow.leg().tracked()) {
      return CompletableFuture.completedFuture(new Outcome.Present());
    }
    return restorer
        .restore(flow, state)
        .thenApply(outcome -> {
          if (outcome instanceof Outcome.Done) {
            losses.noticed(flow.original());
            directory.madeAgain(flow);
            listener.on(new RescueEvent.MadeAgain(flow));
          } else if (!outcome.done()) {
            listener.on(new RescueEvent.Failed(flow, outcome));
          }
          return outcome;
        });
  }

  /** Late packets under way. */
  public int pending() {
    return pending.size();
  }

  private void stranger(LatePacket packet) {
    // Only what came from outside can be refused there; our own stack gives up by itself.
    boolean refused = packet.arrived();
    if (refused) {
      listener.declareStranger(packet.tuple());
    }
    tell(
        packet,
        null,
        refused ? "client" : "proxy",
        Reason.STRANGER,
        refused && packet.kind() != Kind.RST ? RescueOutcome.RESET : RescueOutcome.STOPPED);
  }

  private void known(LatePacket packet, FlowRecord flow) {
    End sender = flow.sender(packet.tuple());
    String side = sender.word(flow.leg());
    var _ =
        makeAgain(flow, RestoredState.before(flow, packet.kind(), sender))
            .thenAccept(outcome -> {
              pending.remove(packet.tuple());
              // Asked only now: the DESTROY comes by another socket, and may be read after the
              // copy.
              Reason reason = losses.of(flow.original());
              boolean lost = outcome instanceof Outcome.Done || losses.recent(flow.original());
              losses.forget(flow.original());
              RescueOutcome became =
                  packet.kind() == Kind.RST
                      ? reset(packet, flow, sender, lost)
                      : outcome.done() ? RescueOutcome.TRANSLATED : RescueOutcome.STOPPED;
              tell(packet, flow, side, reason, became);
            });
  }

  /**
   * A RST is sent once. The remote end's is acted on, but only when the entry was really gone: with
   * an entry a RST is INVALID because its sequence number is wrong, and may come from anybody. Our
   * own stack's is sent again.
   */
  private RescueOutcome reset(LatePacket packet, FlowRecord flow, End sender, boolean lost) {
    if (!lost) {
      return RescueOutcome.STOPPED;
    }
    if (sender == End.REMOTE) {
      listener.onLateReset(flow, sender, packet);
      return RescueOutcome.RESET;
    }
    return resets.sendAgain(flow, packet) ? RescueOutcome.TRANSLATED : RescueOutcome.STOPPED;
  }

  private void tell(
      LatePacket packet,
      @Nullable FlowRecord flow,
      String side,
      Reason reason,
      RescueOutcome outcome) {
    listener.on(new RescueEvent.Late(packet, flow, side, reason, outcome));
  }
}
