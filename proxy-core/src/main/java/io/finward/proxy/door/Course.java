package io.finward.proxy.door;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.upstream.Reached;
import org.jspecify.annotations.Nullable;

/** What becomes of a request, step by step; one call leads to the next, or ends it. */
interface Course {
  /** It may go. */
  void admitted(Errand errand);

  /** There is a connection that carries it, with what to do when that turns out to be stale. */
  void carriedBy(Errand errand, Origin origin, @Nullable Runnable stale);

  /** It asked for a tunnel, and there is a connection for it. */
  void tunnelled(Errand errand, Reached.Connected connected);

  /** The proxy answers it itself. */
  void answered(int status, String detail);

  /** A parent wants to know the user, in the words of its Proxy-Authenticate. */
  void challenged(String challenge);

  /** Its connection ends by RST. */
  void reset(EndReason reason);
}
