package io.finward.proxy.treatment;

import org.jspecify.annotations.Nullable;

/**
 * How a request is carried, as Apache's environment variables have it.
 *
 * @param keepAlive whether its connection to the origin may have carried another request before and
 *     may carry one after it; not {@code proxy-nokeepalive}
 * @param http10 whether the origin gets it as HTTP/1.0; {@code force-proxy-request-1.0}
 * @param halfClose whether one side's FIN leaves the other direction open
 * @param chainAuth whether the client's Proxy-Authorization goes on to an HTTP parent that we have
 *     no login for, and the parent's question to the client; {@code Proxy-Chain-Auth}
 */
public record Environment(boolean keepAlive, boolean http10, boolean halfClose, boolean chainAuth) {
  /** Without rules. */
  public static final Environment DEFAULT = new Environment(true, false, true, false);

  /** What a rule changes; null leaves it as it is. */
  public record Change(
      @Nullable Boolean keepAlive,
      @Nullable Boolean http10,
      @Nullable Boolean halfClose,
      @Nullable Boolean chainAuth) {}

  /** With a rule's changes. */
  Environment with(Change change) {
    return new Environment(
        or(change.keepAlive, keepAlive),
        or(change.http10, http10),
        or(change.halfClose, halfClose),
        or(change.chainAuth, chainAuth));
  }

  private static boolean or(@Nullable Boolean changed, boolean before) {
    return changed == null ? before : changed;
  }
}
