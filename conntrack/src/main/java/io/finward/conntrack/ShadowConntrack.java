package io.finward.conntrack;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.finward.conntrack.client.ConntrackClient;
import io.finward.conntrack.client.ConntrackClient.Direction;
import io.finward.conntrack.client.ConntrackListener;
import io.finward.conntrack.client.NflogClient;
import io.finward.conntrack.client.TableStats;
import io.finward.conntrack.lease.KernelTimeouts;
import io.finward.conntrack.lease.LeaseKeeper;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.rescue.EntryRestorer;
import io.finward.conntrack.rescue.RawResetSender;
import io.finward.conntrack.rescue.Rescue;
import io.finward.conntrack.rescue.RescueEvent;
import io.finward.conntrack.rescue.TupleReuse;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.finward.conntrack.shadow.Phase;
import io.finward.conntrack.shadow.ShadowShard;
import io.finward.conntrack.shadow.ShadowTimes;
import io.finward.conntrack.shadow.ShardListener;
import io.finward.conntrack.shadow.ShardStats;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.RawIpSender;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The shadow conntrack as a whole: a shard for each of the proxy's loops, and on one loop of its
 * own the kernel's table, the wall's copies, rescue and leases.
 */
public final class ShadowConntrack implements AutoCloseable {
  private static final Duration ENDED = Duration.ofMinutes(2);

  /** Of the heap this part at most is for flows that have ended. */
  private static final int ENDED_SHARE = 8;

  private static final int REMAP_ATTEMPTS = 5;
  private static final TableStats UNKNOWN = new TableStats(0, 0);

  private final IoEventLoop loop;
  private final ShadowSettings settings;
  private final ShadowListener listener;
  private final Shards shards;
  private final RemappedClients remapped = new RemappedClients();
  private final long startNanos = System.nanoTime();
  private final ConntrackClient client;
  private final RawResetSender resets;
  private final Rescue rescue;
  private final RawIpSender inward;
  private final TupleReuse reuse;
  private final LeaseKeeper leases;
  private final Map<EventExecutor, ScheduledFuture<?>> shardTimers = new ConcurrentHashMap<>();
  private @Nullable ScheduledFuture<?> everySecond;
  private @Nullable NflogClient nflog;
  private long resyncs;
  private long lostEvents;
  private boolean resyncing;
  private boolean resyncAgain;

  /** Written by the conntrack loop alone, read by every loop at its accepts. */
  private volatile TableStats table = UNKNOWN;

  private ShadowConntrack(
      IoEventLoop loop,
      Iterable<? extends EventExecutor> proxyLoops,
      ShadowSettings settings,
      ShadowListener listener,
      ConntrackClient client,
      RawResetSender resets,
      RawIpSender inward) {
    this.loop = loop;
    this.inward = inward;
    this.resets = resets;
    this.settings = settings;
    this.listener = listener;
    this.client = client;
    this.shards = new Shards(newShards(proxyLoops));
    this.rescue =
        new Rescue(loop, shards, new EntryRestorer(client), resets, listener, System::nanoTime);
    this.reuse = new TupleReuse(loop, shards, client::get, inward::send, listener);
    this.leases =
        new LeaseKeeper(
            client,
            settings.leaseByTimeout(),
            this::crowded,
            flow -> listener.on(new RescueEvent.Leased(flow)),
            flow -> {
              var _ = rescue.makeAgain(flow);
            });
  }

  /**
   * Starts it. Netlink sockets belong to the network namespace of {@code loop}'s thread.
   *
   * @param loop for the kernel's side; none of the proxy's
   * @param proxyLoops each gets a shard
   * @return fails with {@link io.finward.linux.libc.KernelException} when the kernel refuses
   */
  public static CompletableFuture<ShadowConntrack> start(
      IoEventLoop loop,
      Iterable<? extends EventExecutor> proxyLoops,
      ShadowSettings settings,
      ShadowListener listener) {
    Events events = new Events();
    return ConntrackClient.open(loop, events)
        .thenApplyAsync(
            client -> {
              ShadowConntrack shadow = made(loop, proxyLoops, settings, listener, client);
              events.shadow = shadow;
              return shadow;
            },
            loop)
        .thenCompose(shadow ->
            NflogClient.open(loop, settings.nflogGroup(), shadow::onPacket)
                .whenComplete((_, failed) -> {
                  if (failed != null) {
                    shadow.closeSockets();
                  }
                })
                .thenApplyAsync(shadow::begin, loop));
  }

  private static ShadowConntrack made(
      IoEventLoop loop,
      Iterable<? extends EventExecutor> proxyLoops,
      ShadowSettings settings,
      ShadowListener listener,
      ConntrackClient client) {
    RawResetSender resets = null;
    try {
      resets = RawResetSender.open(settings.upstreamMark());
      RawIpSender inward = RawIpSender.open(settings.localMark());
      return new ShadowConntrack(loop, proxyLoops, settings, listener, client, resets, inward);
    } catch (KernelException e) {
      if (resets != null) {
        resets.close();
      }
      client.close();
      throw new CompletionException(e);
    }
  }

  /** The shard of a proxy's loop, to be used on it. */
  public ShadowShard shard(EventExecutor proxyLoop) {
    ShadowShard shard = shards.of(proxyLoop);
    if (shard == null) {
      throw new IllegalArgumentException(proxyLoop + " (expected: a loop given at the start)");
    }
    return shard;
  }

  /** Whether the kernel's table has room for new sessions. Any thread; costs nothing. */
  public boolean admits() {
    return table.fill() < settings.refuseFill();
  }

  /** The kernel's table a moment ago. Any thread. */
  public TableStats table() {
    return table;
  }

  /**
   * The client's own address and port, where the kernel changed the port; null where it did not. To
   * be asked once, at the accept, in the same turn of the loop that opens the flow: what is learnt
   * after that corrects the flow itself.
   */
  public @Nullable InetSocketAddress originalClient(
      InetSocketAddress peer, InetSocketAddress local) {
    return remapped.originalOf(peer, local);
  }

  /** The numbers, from every loop. Any thread. */
  public CompletableFuture<ShadowStats> stats() {
    return shards
        .gather(ShadowShard::stats)
        .thenApplyAsync(
            all ->
                new ShadowStats(
                    all.stream().reduce(ShardStats.NONE, ShardStats::plus),
                    table,
                    leases.renewed(),
                    resyncs,
                    lostEvents,
                    rescue.pending(),
                    client.undecodable() + (nflog == null ? 0 : nflog.undecodable())),
            loop);
  }

  /** The flows of one phase, or of all; any thread. */
  public CompletableFuture<List<FlowRecord>> flows(@Nullable Phase phase) {
    return shards
        .gather(shard -> {
          List<FlowRecord> flows = new ArrayList<>();
          shard.forEach(phase, flows::add);
          return flows;
        })
        .thenApply(all -> all.stream().flatMap(List::stream).toList());
  }

  /** Reads the kernel's table and makes again what live flows lack. Any thread. */
  public void resync() {
    loop.execute(this::resyncOnLoop);
  }

  /**
   * Makes an entry for every live flow that is to have one and has none: connections that went by
   * without conntrack and shall no longer. Any thread.
   *
   * @return how many were made, or had come meanwhile; complete when each was made or refused
   */
  public CompletableFuture<Integer> makeEntries() {
    return CompletableFuture.completedFuture(0)
        .thenComposeAsync(_ -> missing(Leg::tracked), loop)
        .thenComposeAsync(
            missing -> {
              AtomicInteger made = new AtomicInteger();
              return CompletableFuture.allOf(
                      missing.stream()
                          .map(flow ->
                              rescue
                                  .makeAgain(flow)
                                  .thenAccept(outcome -> made.addAndGet(outcome.done() ? 1 : 0)))
                          .toArray(CompletableFuture<?>[]::new))
                  .handle((_, _) -> made.get());
            },
            loop);
  }

  @Override
  public void close() {
    // Each timer on its own loop, which may have ended before us.
    shards.each((each, _) -> cancel(shardTimers.remove(each)));
    loop.execute(() -> {
      cancel(everySecond);
      if (nflog != null) {
        nflog.close();
      }
      closeSockets();
    });
  }

  private void closeSockets() {
    client.close();
    resets.close();
    inward.close();
  }

  private Map<EventExecutor, ShadowShard> newShards(Iterable<? extends EventExecutor> proxyLoops) {
    List<EventExecutor> loops = new ArrayList<>();
    proxyLoops.forEach(loops::add);
    long ended = Runtime.getRuntime().maxMemory() / ENDED_SHARE / loops.size();
    SecureRandom random = new SecureRandom();
    ShadowTimes times = new ShadowTimes(settings.park(), ENDED, KernelTimeouts.read().interval());
    Map<EventExecutor, ShadowShard> made = new HashMap<>();
    for (EventExecutor each : loops) {
      made.put(
          each,
          new ShadowShard(each, times, ended, random.nextLong(), this::seconds, new Leases()));
    }
    return made;
  }

  /** The shards' clock: whole seconds, from 1. Any thread. */
  public int seconds() {
    return (int) ((System.nanoTime() - startNanos) / 1_000_000_000L) + 1;
  }

  private ShadowConntrack begin(NflogClient copies) {
    nflog = copies;
    everySecond = loop.scheduleAtFixedRate(this::everySecond, 0, 1, TimeUnit.SECONDS);
    shards.each((each, shard) ->
        shardTimers.put(
            each, each.scheduleAtFixedRate(() -> tick(each, shard), 1, 1, TimeUnit.SECONDS)));
    // The kernel's table is not read: no flow is live yet that it could lack, and on a busy gateway
    // that takes both processors half a second of the start.
    return this;
  }

  private static void cancel(@Nullable ScheduledFuture<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private static void tick(EventExecutor loop, ShadowShard shard) {
    if (!shard.tick()) {
      loop.execute(() -> tick(loop, shard));
    }
  }

  private void everySecond() {
    remapped.forgetOld(System.nanoTime());
    var _ =
        client
            .stats()
            .thenAccept(now -> {
              if (now != null) {
                boolean wasCrowded = crowded();
                boolean refused = !admits();
                table = now;
                if (wasCrowded != crowded() || refused == admits()) {
                  listener.onTableFill(now, crowded(), !admits());
                }
              }
            });
  }

  private boolean crowded() {
    return table.fill() >= settings.alarmFill();
  }

  private void onPacket(LatePacket packet) {
    if (packet.prefix().equals(settings.reusePrefix())) {
      reuse.onSyn(packet);
    } else if (packet.prefix().equals(settings.untrackedReusePrefix())) {
      reuse.onUntrackedSyn(packet);
    } else if (!packet.prefix().equals(settings.remapPrefix())) {
      rescue.onLatePacket(packet);
    } else if (packet.entry() != null) {
      learnRemapped(packet.entry());
    } else {
      askRemapped(packet.tuple().inverse(), 0);
    }
  }

  private void learnRemapped(ConntrackEntry entry) {
    Tuple reply = entry.reply();
    RemappedClients.Remapped learnt = remapped.learn(entry.original(), reply, System.nanoTime());
    shards.each((_, shard) -> {
      if (shard.correct(reply, entry.original(), reply)) {
        remapped.forget(reply, learnt);
      }
    });
  }

  /** The copy was made before the entry was confirmed, which takes it into the table. */
  private void askRemapped(Tuple reply, int attempt) {
    var _ =
        client
            .get(Direction.REPLY, reply)
            .thenAccept(entry -> {
              if (entry != null) {
                learnRemapped(entry);
              } else if (attempt < REMAP_ATTEMPTS) {
                var _ =
                    loop.schedule(
                        () -> askRemapped(reply, attempt + 1), 1L << attempt, MILLISECONDS);
              }
            });
  }

  private void onLeaseDue(FlowRecord flow) {
    if (flow.leg() == Leg.UPSTREAM && flow.reply().equals(flow.original().inverse())) {
      learnSourceNat(flow);
    }
    if (flow.leg().tracked()) {
      leases.onLeaseDue(flow);
    }
  }

  /** The gateway's MASQUERADE changes what the socket cannot see; the kernel's entry says it. */
  private void learnSourceNat(FlowRecord flow) {
    var _ =
        client
            .get(Direction.ORIGINAL, flow.original())
            .thenAccept(entry -> {
              if (entry != null
                  && entry.original().equals(flow.original())
                  && !entry.reply().equals(flow.reply())) {
                shards.correct(flow.original(), entry.original(), entry.reply());
              }
            });
  }

  private void resyncOnLoop() {
    if (resyncing) {
      resyncAgain = true;
      return;
    }
    resyncing = true;
    resyncs++;
    var _ =
        missing(Leg::translated)
            .whenCompleteAsync((missing, failed) -> resynced(missing, failed), loop);
  }

  /** The live flows of these legs of which the kernel has no entry. */
  private CompletableFuture<List<FlowRecord>> missing(Predicate<Leg> legs) {
    Set<Tuple> present = new HashSet<>();
    return client
        .dump(0, entry -> present.add(entry.original()))
        .thenCompose(_ -> flows(Phase.LIVE))
        .thenApply(live ->
            live.stream()
                .filter(flow -> legs.test(flow.leg()))
                .filter(flow -> !present.contains(flow.original()))
                .toList());
  }

  private void resynced(@Nullable List<FlowRecord> missing, @Nullable Throwable failed) {
    resyncing = false;
    if (failed == null && missing != null) {
      missing.forEach(flow -> {
        var _ = rescue.makeAgain(flow);
      });
      listener.onResync(missing.size());
    }
    if (resyncAgain) {
      resyncAgain = false;
      resyncOnLoop();
    }
  }

  /** From the shards' loops to ours. */
  private final class Leases implements ShardListener {
    @Override
    public void onLeaseDue(FlowRecord flow) {
      loop.execute(() -> ShadowConntrack.this.onLeaseDue(flow));
    }
  }

  /** What the kernel tells, once there is somebody to tell it to. */
  private static final class Events implements ConntrackListener {
    private @Nullable ShadowConntrack shadow;

    @Override
    public void onDestroy(ConntrackEntry entry, boolean byRequest, boolean ours) {
      ShadowConntrack to = shadow;
      if (to != null && !ours) {
        to.rescue.onDestroyed(entry, byRequest, to.table.fill());
      }
    }

    @Override
    public void onLost() {
      ShadowConntrack to = shadow;
      if (to != null) {
        to.lostEvents++;
        to.resyncOnLoop();
      }
    }
  }
}
