package io.finward.proxy.access;

/** What the rules say of an {@link AccessRequest}. */
public sealed interface Verdict {
  /** It may go on. Final only when the request had its address. */
  record Allow() implements Verdict {}

  /**
   * It is refused: 403 where the client speaks HTTP, the "not allowed" answer of SOCKS, RST on an
   * intercepted session.
   *
   * @param rule the rule that refused it, as the configuration names or places it
   */
  record Deny(String rule) implements Verdict {}

  /**
   * The connection is ended by RST without an answer.
   *
   * @param rule the rule that refused it, as the configuration names or places it
   */
  record Reset(String rule) implements Verdict {}

  /**
   * A rule wants to know the user: 407 where the client speaks HTTP.
   *
   * @param rule the rule that asks, as the configuration names or places it
   */
  record Authenticate(String rule) implements Verdict {}

  /** A rule wants the destination's address, which is not resolved yet: ask again with it. */
  record Resolve() implements Verdict {}

  /**
   * A rule wants to know more of an intercepted connection: ask again with what the client says
   * first ({@link Naming#UNSEEN} no more), or with the name verified ({@link Naming#CLAIMED} no
   * more). Never said of other requests.
   */
  record Look() implements Verdict {}
}
