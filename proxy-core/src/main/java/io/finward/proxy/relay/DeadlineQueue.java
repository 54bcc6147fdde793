package io.finward.proxy.relay;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that share one clock, the longest untouched first. All of them have the same time
 * allowed, so a linked list in the order of the last touch is a timer queue with O(1) everything.
 *
 * <p>Belongs to the event loop.
 */
final class DeadlineQueue {
  private final long allowedNanos;
  private @Nullable LiveSession first;
  private @Nullable LiveSession last;
  private int size;

  DeadlineQueue(Duration allowed) {
    allowedNanos = allowed.toNanos();
  }

  int size() {
    return size;
  }

  /** The one that was untouched for the longest time. */
  @Nullable LiveSession first() {
    return first;
  }

  void add(LiveSession session, long now) {
    session.touchedNanos = now;
    session.previous = last;
    session.next = null;
    if (last == null) {
      first = session;
    } else {
      last.next = session;
    }
    last = session;
    size++;
  }

  void remove(LiveSession session) {
    LiveSession previous = session.previous;
    LiveSession next = session.next;
    if (previous == null) {
      first = next;
    } else {
      previous.next = next;
    }
    if (next == null) {
      last = previous;
    } else {
      next.previous = previous;
    }
    session.previous = null;
    session.next = null;
    size--;
  }

  /** The session's clock starts anew. */
  void touch(LiveSession session, long now) {
    if (session == last) {
      session.touchedNanos = now;
    } else {
      remove(session);
      add(session, now);
    }
  }

  /**
   * Calls {@code expired} for each whose time is up; it must take the session out of the queue, or
   * touch it at {@code now}.
   */
  void expire(long now, Consumer<LiveSession> expired) {
    LiveSession session = first;
    while (session != null && now - session.touchedNanos >= allowedNanos) {
      expired.accept(session);
      if (session == first && session.touchedNanos != now) {
        throw new IllegalStateException("an expired session stayed in its queue");
      }
      session = first;
    }
  }
}
