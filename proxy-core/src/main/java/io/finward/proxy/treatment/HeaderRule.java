package io.finward.proxy.treatment;

import io.finward.proxy.access.Condition;

/**
 * Messages of which the condition holds are edited.
 *
 * @param condition asked of the request, for answers too
 */
public record HeaderRule(Condition condition, Message message, HeaderEdit edit) {
  /** Which of the two messages of an exchange. */
  public enum Message {
    /** What the origin gets. */
    REQUEST,
    /** What the client gets of the origin's. */
    ANSWER
  }
}
