package io.finward.appliance.wiring;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.RulesSettings;
import io.finward.appliance.explain.Timelines;
import io.finward.appliance.observe.Observed;
import io.finward.appliance.signal.Signals;
import io.finward.conntrack.ShadowConntrack;
import io.finward.conntrack.ShadowSettings;
import io.finward.linux.libc.KernelException;
import io.finward.nat.apply.Background;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.nat.apply.RulesFound;
import io.finward.nat.codec.LogPrefix;
import io.finward.proxy.Proxy;
import io.finward.proxy.ProxySettings;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.relay.SessionLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
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
  private final Proxy proxy;
  private final KeptRules rules;
  private final Observed observed;

  /** What close has to undo after the sessions are gone, the last first. */
  private final Deque<Runnable> undo;

  private Gateway(
      FinwardConfig config, Proxy proxy, KeptRules rules, Observed observed, Deque<Runnable> undo) {
    this.config = config;
    this.proxy = proxy;
    this.rules = rules;
    this.observed = observed;
    this.undo = undo;
  }

  /**
   * Binds the listeners, puts the rules in place, starts the shadow conntrack and begins to accept,
   * in this order: a connection that is redirected finds a listener, and none is accepted that the
   * wall does not guard and the shadow table does not know.
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
    Nat nat = new Nat(NatConfig.of(config), stateDirectory(config));
    Background<RulesFound> found = nat.look();
    ShadowLink link = new ShadowLink();
    ShadowFeed feed =
        new ShadowFeed(
            config.listeners().stream().map(ListenerSettings::name).toList(),
            config.rules().trackUpstream());
    Timelines timelines = new Timelines(config.threads(), config.halfClose().park());
    Policies policies = new Policies(config);
    undo.push(policies::close);
    Proxy proxy =
        Proxy.open(
            new ProxySettings(
                config.listeners(),
                config.proxyLimits(processLimit),
                config.threads(),
                config.rules().upstreamMark(),
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
            Thread.ofPlatform().name("finward-loop-", 0).factory());
    undo.push(proxy::close);
    KeptRules rules = KeptRules.start(nat, found.await());
    undo.push(rules::close);
    ShadowWatch watch =
        new ShadowWatch(
            proxy.sessions(), rules, new StoryFeed(proxy.sessions(), timelines, listener));
    ShadowConntrack shadow = startShadow(config, proxy, watch, undo);
    undo.push(shadow::close);
    feed.into(shadow, loops(proxy));
    link.to(shadow);
    watch.watch(shadow);
    nat.settle();
    proxy.start();
    Signals.handle("HUP", policies::reload);
    Observed observed =
        new Observed(proxy.sessions(), watch, watch, new RuleStats(rules), timelines);
    return new Gateway(config, proxy, rules, observed, undo);
  }

  private static ShadowConntrack startShadow(
      FinwardConfig config, Proxy proxy, ShadowWatch watch, Deque<Runnable> undo)
      throws IOException {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().name("finward-conntrack-", 0).factory(),
            EpollIoHandler.newFactory());
    undo.push(() -> group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly());
    ShadowSettings settings =
        new ShadowSettings(
            config.rules().nflogGroup(),
            config.halfClose().park(),
            !config.rules().lease(),
            LogPrefix.REMAPPED,
            LogPrefix.REUSE,
            config.rules().tproxyMark(),
            config.rules().upstreamMark(),
            config.limits().tableAlarm() / 100.0,
            config.limits().tableRefuse() / 100.0);
    try {
      return ShadowConntrack.start(group.next(), loops(proxy), settings, watch).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException refused) {
        throw refused;
      }
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
