package io.finward.proxy.door;

import io.finward.linux.libc.Errno;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.relay.OwnHeader;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Reached;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connection for a request that may go: the one that is bound to the client, one that
 * rests in the pool, or a new one.
 */
final class Departure {
  private final ClientTalk talk;
  private final Judgement judgement;
  private final Course course;

  Departure(ClientTalk talk, Judgement judgement, Course course) {
    this.talk = talk;
    this.judgement = judgement;
    this.course = course;
  }

  void begin(Errand errand) {
    Way.Waiting waiting =
        errand.isConnect() ? Way.Waiting.NONE : parent -> takeWaiting(errand, parent);
    talk.reach(errand.exchange(), errand.to(), waiting, reached -> reached(errand, reached));
  }

  private boolean takeWaiting(Errand errand, @Nullable Parent parent) {
    OriginKey key = key(errand, parent);
    Origin origin = waiting(errand, key);
    if (origin == null) {
      return false;
    }
    // A connection that is new cannot be stale: the second attempt is the last.
    course.carriedBy(
        errand,
        origin,
        () ->
            talk.reach(
                errand.exchange(),
                errand.to(),
                Way.Waiting.NONE,
                reached -> reached(errand, reached)));
    return true;
  }

  private @Nullable Origin waiting(Errand errand, OriginKey key) {
    Origin own = talk.origin();
    if (own != null && own.isActive() && own.key.equals(key) && isAllowed(errand, own)) {
      return own;
    }
    OriginPool pool = talk.home.pool();
    Origin last = talk.last();
    if (last != null
        && isTrusted(errand, last)
        && pool.take(last, key, one -> isAllowed(errand, one))) {
      return last;
    }
    return pool.take(key, one -> isAllowed(errand, one), one -> isTrusted(errand, one));
  }

  private OriginKey key(Errand errand, @Nullable Parent parent) {
    Interception interception = talk.interception();
    return interception == null
        ? OriginKey.of(talk.session, errand.to(), parent)
        : interception.key(talk.session);
  }

  /** The address of a straight way is asked about here; of others the policy knows enough. */
  private boolean isAllowed(Errand errand, Origin origin) {
    boolean allowed =
        talk.interception() != null
            || origin.key.parent() != null
            || talk.ask(errand.exchange(), errand.to(), origin.remote.getAddress())
                instanceof Verdict.Allow;
    return allowed && Handling.on(origin, talk, errand).environment().keepAlive();
  }

  /** What came unseen on this client's own last connection harms nobody else, and is repeated. */
  private boolean isTrusted(Errand errand, Origin origin) {
    return origin.lastSession == talk.session.id() && errand.isRepeatable();
  }

  private void reached(Errand errand, Reached reached) {
    switch (reached) {
      case Reached.Connected connected -> connected(errand, connected);
      case Reached.Refused(Verdict why) -> {
        if (why instanceof Verdict.Allow || why instanceof Verdict.Resolve) {
          throw new IllegalStateException("refused by " + why);
        }
        judgement.decide(errand, why);
      }
      case Reached.ByParent(int status, String challenge) -> {
        if (challenge == null) {
          course.answered(status, "The next proxy does not reach the server.");
        } else {
          course.challenged(challenge);
        }
      }
      case Reached.NoAddress _ -> course.answered(502, "The name of the server does not resolve.");
      case Reached.Failed(int errno) -> {
        if (errno == Errno.ETIMEDOUT) {
          course.answered(504, "The server does not answer.");
        } else {
          course.answered(503, "The server cannot be reached.");
        }
      }
    }
  }

  private void connected(Errand errand, Reached.Connected connected) {
    errand.exchange().upstream = connected.remote();
    if (errand.isConnect()) {
      course.tunnelled(errand, connected);
      return;
    }
    OriginKey key = key(errand, connected.parent());
    byte[] header =
        connected.parent() == null
            ? OwnHeader.of(talk.session, connected.remote())
            : OwnHeader.NONE;
    Origin origin = Origin.open(talk.home, key, connected, header);
    if (origin == null) {
      course.answered(503, "No descriptors left.");
    } else {
      if (talk.interception() != null) {
        // Its address may be the client's own.
        origin.bind();
      }
      course.carriedBy(errand, origin, null);
    }
  }
}
