package io.finward.appliance.wiring;

import io.finward.appliance.observe.ConntrackStats;
import io.finward.appliance.observe.FlowSnapshot;
import io.finward.appliance.observe.Flows;
import io.finward.appliance.observe.LatePackets;
import io.finward.conntrack.ShadowConntrack;
import io.finward.conntrack.ShadowListener;
import io.finward.conntrack.ShadowStats;
import io.finward.conntrack.client.TableStats;
import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.rescue.RescueEvent;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Phase;
import io.finward.proxy.relay.SessionGroup;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Side;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acts on what the shadow conntrack tells, counts it, and shows it. What it is told comes on the
 * conntrack loop; what it shows may be asked for on any thread.
 */
final class ShadowWatch implements ShadowListener, ConntrackStats, Flows {
  private static final Logger LOG = LoggerFactory.getLogger("conntrack");

  private record Sort(String kind, String side, String reason, String outcome) {}

  private final SessionGroup sessions;
  private final CompletableFuture<KeptRules> rules;
  private final StoryFeed stories;
  private final ConcurrentHashMap<Sort, LongAdder> late = new ConcurrentHashMap<>();
  private final LongAdder rescues = new LongAdder();
  private @Nullable ShadowConntrack shadow;

  /**
   * @param rules complete once they are in place. What comes before, of a wall that an earlier
   *     instance left, is no stranger yet: its sender repeats it
   */
  ShadowWatch(SessionGroup sessions, CompletableFuture<KeptRules> rules, StoryFeed stories) {
    this.sessions = sessions;
    this.rules = rules;
    this.stories = stories;
  }

  /** What is shown from now on. To be called once, before anybody asks. */
  void watch(ShadowConntrack started) {
    shadow = started;
  }

  @Override
  public void on(RescueEvent event) {
    stories.on(event);
    switch (event) {
      case RescueEvent.Late told -> {
        Sort sort =
            new Sort(
                told.packet().kind().word(),
                told.side(),
                told.reason().word(),
                told.outcome().word());
        late.computeIfAbsent(sort, _ -> new LongAdder()).increment();
        LOG.debug("late {}: {}", told.packet().tuple(), sort);
      }
      case RescueEvent.MadeAgain(FlowRecord flow) -> {
        rescues.increment();
        LOG.debug("entry made again: {}", flow.original());
      }
      case RescueEvent.Failed failed ->
          LOG.warn(
              "entry could not be made again: {}: {}", failed.flow().original(), failed.outcome());
      case RescueEvent.Leased(FlowRecord flow) -> LOG.trace("entry renewed: {}", flow.original());
      case RescueEvent.Limited(LatePacket packet) -> LOG.debug("passed over: {}", packet.tuple());
    }
  }

  @Override
  public void onLateReset(FlowRecord flow, End side, LatePacket packet) {
    EndReason reason = flow.leg().client() ? EndReason.RESET_BY_CLIENT : EndReason.RESET_BY_SERVER;
    if (flow.phase() == Phase.LIVE) {
      var _ = sessions.end(flow.session(), reason);
    }
  }

  @Override
  public CompletableFuture<?> onTupleReused(FlowRecord flow) {
    LOG.debug("tuple reused: {}", flow.original());
    return sessions.makeWay(flow.session());
  }

  @Override
  public void declareStranger(Tuple tuple) {
    var _ =
        rules.thenAccept(inPlace ->
            inPlace.declareStranger(
                new InetSocketAddress(tuple.source(), tuple.sourcePort()),
                new InetSocketAddress(tuple.destination(), tuple.destinationPort())));
  }

  @Override
  public void onTableFill(TableStats table, boolean crowded, boolean refusing) {
    if (crowded) {
      LOG.warn("the kernel's conntrack table is filling: {}, refusing: {}", table, refusing);
    } else {
      LOG.info("the kernel's conntrack table has room again: {}", table);
    }
  }

  @Override
  public void onResync(int missing) {
    if (missing > 0) {
      LOG.warn("{} live flows had no conntrack entry; each gets it again", missing);
    }
  }

  @Override
  public CompletableFuture<List<FlowSnapshot>> list() {
    ShadowConntrack asked = shadow;
    return asked == null
        ? CompletableFuture.completedFuture(List.of())
        : asked
            .flows(null)
            .thenApply(all -> all.stream().map(flow -> shown(flow, asked.seconds())).toList());
  }

  @Override
  public long liveFlows() {
    ShadowStats stats = stats();
    return stats == null ? 0 : stats.flows().live();
  }

  @Override
  public long parkedFlows() {
    ShadowStats stats = stats();
    return stats == null ? 0 : stats.flows().parked();
  }

  @Override
  public long rescues() {
    return rescues.sum();
  }

  @Override
  public List<LatePackets> latePackets() {
    return late.entrySet().stream()
        .map(entry ->
            new LatePackets(
                entry.getKey().kind(),
                entry.getKey().side(),
                entry.getKey().reason(),
                entry.getKey().outcome(),
                entry.getValue().sum()))
        .toList();
  }

  @Override
  public long kernelEntries() {
    return KernelTable.entries();
  }

  @Override
  public long kernelLimit() {
    return KernelTable.limit();
  }

  @Override
  public boolean refusing() {
    ShadowConntrack asked = shadow;
    return asked != null && !asked.admits();
  }

  private @Nullable ShadowStats stats() {
    ShadowConntrack asked = shadow;
    return asked == null ? null : asked.stats().join();
  }

  private static FlowSnapshot shown(FlowRecord flow, int seconds) {
    boolean clientLeg = flow.leg().client();
    return new FlowSnapshot(
        clientLeg ? endpoint(flow.original(), true) : endpoint(flow.reply(), false),
        endpoint(flow.original(), false),
        clientLeg ? endpoint(flow.reply(), false) : endpoint(flow.original(), true),
        clientLeg ? endpoint(flow.reply(), true) : endpoint(flow.original(), true),
        flow.leg().word(),
        flow.leg().tracked(),
        flow.phase() == Phase.LIVE && flow.halfClosed()
            ? "half-closed"
            : flow.phase().name().toLowerCase(Locale.ROOT),
        closedFirst(flow),
        flow.closedSeconds() == 0 ? 0 : (seconds - flow.closedSeconds()) * 1000,
        flow.leased());
  }

  private static @Nullable Side closedFirst(FlowRecord flow) {
    End first = flow.closedFirst();
    if (first == null) {
      return null;
    }
    boolean client = flow.leg().client() == (first == End.REMOTE);
    return client ? Side.CLIENT : Side.SERVER;
  }

  private static InetSocketAddress endpoint(Tuple tuple, boolean source) {
    return source
        ? new InetSocketAddress(tuple.source(), tuple.sourcePort())
        : new InetSocketAddress(tuple.destination(), tuple.destinationPort());
  }
}
