package io.finward.appliance.wiring;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.RulesSettings;
import io.finward.appliance.explain.Timelines;
import io.finward.appliance.observe.Observed;
import io.finward.appliance.signal.Signals;
import io.finward.conntrack.ShadowConntrack;
import io.finward.linux.libc.KernelException;
import io.finward.nat.apply.Background;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.nat.apply.RulesFound;
import io.finward.nat.rule.Tracking;
import io.finward.proxy.Proxy;
import io.finward.proxy.ProxySettings;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.relay.SessionLoop;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The running gateway: the rules, the listeners, the sessions and the shadow conntrack of one
 * configuration.
 *
 * <p>To be started and stopped from one thread that is not an event loop.
 */
public final class Gateway {

  /**
   * How long after a RST the other end may still send something that needs translation: the packets
   * that were under way.
   */
  private static final long LAST_LATE_PACKET_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final FinwardConfig config;
  private final Nat nat;
  private final Proxy proxy;
  private final KeptRules rules;
  private final Observed observed;

  /** What close has to undo after the sessions are gone, the last first. */
  private final Deque<Runnable> undo;

  private Gateway(
      FinwardConfig config,
      Nat nat,
      Proxy proxy,
      KeptRules rules,
      Observed observed,
      Deque<Runnable> undo) {
    this.config = config;
    this.nat = nat;
    this.proxy = proxy;
    this.rules = rules;
    this.observed = observed;
    this.undo = undo;
  }

  /**
   * Binds the listeners, puts the rules in place while the shadow conntrack starts, and begins to
   * accept, in this order: a connection that is redirected finds a listener, and none is accepted
   * that the wall does not guard and the shadow table does not know. {@link #settle} has to follow.
   *
   * @param processLimit RLIMIT_NOFILE of this process
   * @param listener told of everything that happens to sessions
   * @throws KernelException when a listener cannot be bound, or netlink is refused
   * @throws NatException when the rules cannot be put in place; nothing is left behind
   */
  public static Gateway start(FinwardConfig config, int processLimit, GatewayListener listener)
      throws IOException {
    Deque<Runnable> undo = new ArrayDeque<>();
    try {
      return start(config, processLimit, listener, undo);
    } catch (IOException | RuntimeException e) {
      undo.forEach(Runnable::run);
      throw e;
    }
  }

  private static Gateway start(
      FinwardConfig config, int processLimit, GatewayListener listener, Deque<Runnable> undo)
      throws IOException {
    boolean othersAsk = NatConfig.othersAsk(config);
    Tracking tracking = NatConfig.tracking(config, othersAsk);
    Nat nat = new Nat(NatConfig.of(config, othersAsk), stateDirectory(config));
    Background<RulesFound> found = nat.look();
    ShadowLink link = new ShadowLink();
    ShadowFeed feed =
        new ShadowFeed(config.listeners().stream().map(ListenerSettings::name).toList(), tracking);
    Timelines timelines = new Timelines(config.loops().number(), config.halfClose().park());
    Policies policies = new Policies(config);
    undo.push(policies::close);
    Proxy proxy =
        Proxy.open(
            new ProxySettings(
                config.listeners(),
                config.proxyLimits(processLimit),
                config.loops(),
                NatConfig.dialling(config),
                link,
                link,
                policies.intercepted(),
                config.opening(),
                DoorConfig.of(config, processLimit, policies, undo),
                (session, event) -> {
                  feed.on(session, event);
                  timelines.on(session, event);
                  listener.on(session, event);
                }),
            new LoopThreads("finward-loop-"));
    undo.push(proxy::close);
    CompletableFuture<KeptRules> inPlace = new CompletableFuture<>();
    ShadowWatch watch =
        new ShadowWatch(
            proxy.sessions(), inPlace, new StoryFeed(proxy.sessions(), timelines, listener));
    StartingShadow starting = StartingShadow.begin(config, loops(proxy), watch);
    KeptRules rules = keptRules(nat, found, starting);
    undo.push(rules::close);
    undo.push(starting::close);
    inPlace.complete(rules);
    ShadowConntrack shadow = starting.await();
    feed.into(shadow, loops(proxy));
    link.to(shadow);
    watch.watch(shadow);
    if (!othersAsk && NatConfig.leftOpen(config)) {
      undo.push(LateTracking.begin(config, proxy, feed, shadow, rules)::close);
    }
    proxy.start();
    Signals.handle("HUP", policies::reload);
    Observed observed =
        new Observed(proxy.sessions(), watch, watch, new RuleStats(rules), timelines);
    return new Gateway(config, nat, proxy, rules, observed, undo);
  }

  private static KeptRules keptRules(
      Nat nat, Background<RulesFound> found, StartingShadow meanwhile) throws IOException {
    try {
      return KeptRules.start(nat, found.await());
    } catch (IOException | RuntimeException e) {
      meanwhile.close();
      throw e;
    }
  }

  private static List<IoEventLoop> loops(Proxy proxy) {
    return proxy.sessionLoops().stream().map(SessionLoop::loop).toList();
  }

  /** Where rules remember what they need to be taken back: beside the admin socket. */
  public static Path stateDirectory(FinwardConfig config) {
    Path directory = config.admin().socket().toAbsolutePath().getParent();
    return directory == null ? Path.of("/") : directory;
  }

  /** What there is to see of it. */
  public Observed observed() {
    return observed;
  }

  /**
   * Waits until it is written down how the kernel lists the rules, which was begun at the start.
   *
   * @throws NatException when it could not be
   */
  public void settle() throws NatException {
    nat.settle();
  }

  /** Accepts nobody any more; sessions go on. */
  public synchronized void stopListening() {
    proxy.stopListening();
  }

  /**
   * Stops in order: no new connections, every session reset, and the rules left or removed as
   * {@code rules.on-stop} says. The wall stands and late packets are translated until none can come
   * any more.
   */
  public void stop() {
    stopListening();
    boolean hadSessions = proxy.sessions().open() > 0;
    proxy.resetSessions().join();
    boolean remove = config.rules().onStop() == RulesSettings.OnStop.REMOVE;
    if (remove && hadSessions) {
      LockSupport.parkNanos(LAST_LATE_PACKET_NANOS);
    }
    undo.forEach(Runnable::run);
    if (remove) {
      rules.remove();
    }
  }
}
