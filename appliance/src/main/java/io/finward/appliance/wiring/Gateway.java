package io.finward.appliance.wiring;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.RulesSettings;
import io.finward.linux.libc.KernelException;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.proxy.Proxy;
import io.finward.proxy.ProxySettings;
import io.finward.proxy.intercept.OriginalClient;
import io.finward.proxy.limit.Admission;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.session.Sessions;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The running gateway: the rules, the listeners and the sessions of one configuration.
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
  private final KeptRules rules;
  private final Proxy proxy;

  private Gateway(FinwardConfig config, KeptRules rules, Proxy proxy) {
    this.config = config;
    this.rules = rules;
    this.proxy = proxy;
  }

  /**
   * Binds the listeners, puts the rules in place and begins to accept, in this order: a connection
   * that is redirected finds a listener, and none is accepted that the wall does not guard.
   *
   * @param processLimit RLIMIT_NOFILE of this process
   * @param listener told of everything that happens to sessions
   * @throws KernelException when a listener cannot be bound
   * @throws NatException when the rules cannot be put in place; nothing is left behind
   */
  public static Gateway start(FinwardConfig config, int processLimit, SessionListener listener)
      throws KernelException, NatException {
    ThreadFactory threads = Thread.ofPlatform().name("finward-loop-", 0).factory();
    Proxy proxy =
        Proxy.open(
            new ProxySettings(
                config.listeners(),
                config.proxyLimits(processLimit),
                config.threads(),
                config.rules().upstreamMark(),
                OriginalClient.PEER,
                Admission.ALWAYS,
                listener),
            threads);
    try {
      KeptRules rules = KeptRules.start(new Nat(NatConfig.of(config), stateDirectory(config)));
      proxy.start();
      return new Gateway(config, rules, proxy);
    } catch (NatException | KernelException e) {
      proxy.close();
      throw e;
    }
  }

  /** Where rules remember what they need to be taken back: beside the admin socket. */
  public static Path stateDirectory(FinwardConfig config) {
    Path directory = config.admin().socket().toAbsolutePath().getParent();
    return directory == null ? Path.of("/") : directory;
  }

  /** The live sessions. */
  public Sessions sessions() {
    return proxy.sessions();
  }

  /** The rules. */
  KeptRules rules() {
    return rules;
  }

  /**
   * Stops in order: no new connections, every session reset, and the rules left or removed as
   * {@code rules.on-stop} says. The wall stands until no late packet can come any more.
   */
  public void stop() {
    proxy.stopListening();
    boolean hadSessions = proxy.sessions().open() > 0;
    proxy.close();
    boolean remove = config.rules().onStop() == RulesSettings.OnStop.REMOVE;
    if (remove && hadSessions) {
      LockSupport.parkNanos(LAST_LATE_PACKET_NANOS);
    }
    rules.close();
    if (remove) {
      rules.remove();
    }
  }
}
