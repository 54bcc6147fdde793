package io.finward.proxy.intercept;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.Naming;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.session.EndReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an accepted connection: it is refused at once when nobody knows where it goes, it
 * leads back to us, or the rules forbid it by its addresses, port, listener and the time; it is
 * connected at once when these allow it; else somebody has to look at what the client says. There
 * is nobody to ask for a user, so a rule that wants one refuses. Belongs to one event loop.
 */
final class Refusals {
  private final String listener;
  private final LoopGuard guard;
  private final AccessPolicy access;

  /** What is to be done. */
  sealed interface Ruling {
    /** It is refused by RST. */
    record Refuse(EndReason why) implements Ruling {}

    /** Its upstream connection begins. */
    record Connect() implements Ruling {}

    /** What the client says first decides. */
    record Look() implements Ruling {}
  }

  private static final Ruling UNKNOWN = new Ruling.Refuse(EndReason.NO_ORIGINAL_DESTINATION);
  private static final Ruling LOOP = new Ruling.Refuse(EndReason.LOOP);
  private static final Ruling DENIED = new Ruling.Refuse(EndReason.DENIED);
  private static final Ruling CONNECT = new Ruling.Connect();
  private static final Ruling LOOK = new Ruling.Look();

  Refusals(String listener, LoopGuard guard, AccessPolicy access) {
    this.listener = listener;
    this.guard = guard;
    this.access = access;
  }

  /** The ruling on a connection of a client to where it meant to go; null when nobody knows. */
  Ruling of(InetAddress client, @Nullable InetSocketAddress meant) {
    if (meant == null) {
      return UNKNOWN;
    }
    if (guard.leadsBack(meant, System.nanoTime())) {
      return LOOP;
    }
    return switch (access.decide(request(client, meant))) {
      case Verdict.Allow _ -> CONNECT;
      case Verdict.Look _ -> LOOK;
      case Verdict.Deny _, Verdict.Reset _, Verdict.Authenticate _, Verdict.Resolve _ -> DENIED;
    };
  }

  /** A connection as rules and routes see it before its client is looked at. */
  AccessRequest request(InetAddress client, InetSocketAddress meant) {
    return new AccessRequest(
        listener,
        client,
        null,
        Set.of(),
        null,
        Naming.UNSEEN,
        meant.getAddress(),
        meant.getPort(),
        null,
        null,
        null,
        System.currentTimeMillis());
  }
}
