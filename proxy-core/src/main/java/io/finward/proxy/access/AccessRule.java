package io.finward.proxy.access;

/**
 * One rule: what it does with the requests of which its condition holds.
 *
 * @param label what logs and answers call it, as {@code access[2]} or a name of its own
 */
public record AccessRule(String label, Action action, Condition condition) {
  /** What a rule does. */
  public enum Action {
    /** Lets it go on. */
    ALLOW,
    /** Refuses it with an answer where there is one: 403 in HTTP. */
    DENY,
    /** Ends it by RST, without an answer. */
    RESET
  }
}
