package io.finward.proxy.intercept;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.session.EndReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why an accepted connection is refused at once: nobody knows where it goes, it leads back to us,
 * or the rules forbid it. The rules see addresses, port, listener and time; there is nobody to ask
 * for a user, so a rule that wants one refuses. Belongs to one event loop.
 */
final class Refusals {
  private final String listener;
  private final LoopGuard guard;
  private final AccessPolicy access;

  Refusals(String listener, LoopGuard guard, AccessPolicy access) {
    this.listener = listener;
    this.guard = guard;
    this.access = access;
  }

  /** Why it is refused; null when it may go on. */
  @Nullable EndReason of(InetAddress client, @Nullable InetSocketAddress meant) {
    if (meant == null) {
      return EndReason.NO_ORIGINAL_DESTINATION;
    }
    if (guard.leadsBack(meant, System.nanoTime())) {
      return EndReason.LOOP;
    }
    return allows(client, meant) ? null : EndReason.DENIED;
  }

  private boolean allows(InetAddress client, InetSocketAddress meant) {
    AccessRequest request =
        new AccessRequest(
            listener,
            client,
            null,
            Set.of(),
            null,
            meant.getAddress(),
            meant.getPort(),
            null,
            null,
            System.currentTimeMillis());
    return access.decide(request) instanceof Verdict.Allow;
  }
}
