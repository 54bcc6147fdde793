package io.finward.proxy.relay;

/** Talks a protocol with clients before there is, or instead of, a tunnel. One for each loop. */
@FunctionalInterface
public interface Door {
  /** Begins to talk. The conversation owns the session's socket from now on. */
  Conversation open(DoorSession session);
}
