package io.finward.proxy.session;

import io.finward.proxy.listen.ListenerSettings;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a listener may read of a session. Owned by the session's event loop: read it only there. */
public interface SessionView {
  /** Unique within the process, from 1. */
  long id();

  /** The event loop that owns it. */
  EventExecutor loop();

  /** The listener that accepted it. */
  ListenerSettings listener();

  /**
   * The client's address and port as the client knows them, or as a balancer's PROXY header says.
   */
  InetSocketAddress client();

  /**
   * The peer of the accepted socket. Differs from {@link #client()} in the port when several
   * original ports share one redirect port and the kernel's NAT changed the client's port, and
   * altogether when the peer is a balancer.
   */
  InetSocketAddress peer();

  /** The local address of the accepted socket: after REDIRECT the gateway's own. */
  InetSocketAddress local();

  /** Where the client meant to go. */
  InetSocketAddress originalDestination();

  /** What the client said first; null when nobody looked, or not yet. */
  default @Nullable Heard heard() {
    return null;
  }

  /**
   * The opener's end of the client's connection before NAT: {@link #client()}, or the balancer
   * whose PROXY header named the client.
   */
  default InetSocketAddress openedFrom() {
    return client();
  }

  /** Where the client's connection was opened to before NAT, whatever a PROXY header says. */
  default InetSocketAddress openedTo() {
    return originalDestination();
  }

  /** Where the upstream connection goes: the original destination, or a parent. */
  default InetSocketAddress upstream() {
    return originalDestination();
  }

  /** The local address of the upstream socket; null until connected. */
  @Nullable InetSocketAddress upstreamLocal();

  /** The state now. */
  SessionState state();

  /** Whose FIN was seen first; null while neither has been. */
  @Nullable Side closedFirst();

  /** Bytes received from a side so far. */
  long bytesFrom(Side side);

  /** {@link System#nanoTime} of the accept. */
  long acceptedNanos();

  /** Milliseconds since the epoch at the accept. */
  long acceptedMillis();

  /** A copy that any thread may keep. */
  default SessionSnapshot snapshot() {
    return new SessionSnapshot(
        id(),
        listener().name(),
        client(),
        originalDestination(),
        upstream(),
        upstreamLocal(),
        state(),
        closedFirst(),
        acceptedMillis(),
        (System.nanoTime() - acceptedNanos()) / 1_000_000,
        bytesFrom(Side.CLIENT),
        bytesFrom(Side.SERVER));
  }
}
