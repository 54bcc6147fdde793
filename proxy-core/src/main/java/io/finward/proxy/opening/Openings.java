package io.finward.proxy.opening;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.relay.Opener;
import io.finward.proxy.relay.SessionLoop;
import io.finward.proxy.upstream.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Makes openers for intercepting listeners. Used on one thread, before any of them opens. */
public final class Openings {
  private final OpeningSettings settings;
  private final AccessPolicy access;
  private final KnownAddresses known;
  private final Map<SessionLoop, Peek.Means> means = new HashMap<>();

  /**
   * @param access asked about what was heard
   */
  public Openings(OpeningSettings settings, AccessPolicy access) {
    this.settings = settings;
    this.access = access;
    this.known = new KnownAddresses(settings.remember());
  }

  /**
   * The opener of a loop: it looks at a client until it is understood, and asks the rules.
   *
   * @param verifyAlways whether names are verified when no rule wants to know
   * @param onward told of sessions that the rules let in
   */
  public Opener on(SessionLoop loop, boolean verifyAlways, Onward onward) {
    Peek.Means its = means.computeIfAbsent(loop, this::means);
    return session -> Peek.begin(session, its, verifyAlways, onward);
  }

  /** What tells on a loop whether names are true; the openers of the loop ask it, too. */
  public NameCheck names(SessionLoop loop) {
    return means.computeIfAbsent(loop, this::means).names();
  }

  private Peek.Means means(SessionLoop home) {
    Names names = Names.fresh(home.loop(), settings.nameServers());
    return new Peek.Means(
        settings,
        access,
        new NameVerifier(
            known,
            names::resolve,
            settings.verify(),
            (limit, late) -> home.loop().schedule(late, limit.toMillis(), TimeUnit.MILLISECONDS),
            System::nanoTime));
  }
}
