package io.finward.appliance.explain;

import io.finward.proxy.session.SessionMap;
import io.finward.proxy.session.SessionView;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stories of sessions that have ended, the oldest first. There are tens of thousands, and new
 * ones all the time, so they are numbers in a few arrays that are used again: as objects they would
 * be most of what a garbage collection copies. Belongs to one loop.
 */
final class PastStories {
  private final int most;
  private final long keptNanos;
  private final ArrayDeque<Block> blocks = new ArrayDeque<>();

  /** The names of listeners; stories know them by their place here. */
  private final List<String> listeners = new ArrayList<>();

  /** What few stories have, by session. */
  private final SessionMap<Rest> rest = new SessionMap<>();

  private @Nullable Block spare;
  private int size;

  /** The part of a story that is no number. */
  private static final class Rest {
    final @Nullable Told heard;
    @Nullable EntryMoments entries;

    Rest(@Nullable Told heard, @Nullable EntryMoments entries) {
      this.heard = heard;
      this.entries = entries;
    }
  }

  /** Packed stories one after the other, from {@link #start} to {@link #end}. */
  private static final class Block {
    private static final int WORDS = 4096;

    final long[] words = new long[WORDS];
    int start;
    int end;
    long lowestId = Long.MAX_VALUE;
    long highestId = Long.MIN_VALUE;

    boolean hasRoom() {
      return end + PackedStory.MOST_WORDS <= WORDS;
    }

    boolean mayHave(long id) {
      return id >= lowestId && id <= highestId;
    }

    void clear() {
      start = 0;
      end = 0;
      lowestId = Long.MAX_VALUE;
      highestId = Long.MIN_VALUE;
    }
  }

  /**
   * Has none yet.
   *
   * @param most how many are kept
   * @param keptNanos how long one is kept after the session's end
   */
  PastStories(int most, long keptNanos) {
    this.most = most;
    this.keptNanos = keptNanos;
  }

  /** Keeps the story of a session that has ended now, by {@link System#nanoTime}. */
  void add(Timeline ended, long nanos) {
    SessionView session = ended.session();
    Block last = blocks.peekLast();
    if (last == null || !last.hasRoom()) {
      last = emptyBlock();
      blocks.add(last);
    }
    last.end =
        PackedStory.write(ended, nanos, number(session.listener().name()), last.words, last.end);
    last.lowestId = Math.min(last.lowestId, session.id());
    last.highestId = Math.max(last.highestId, session.id());
    size++;
    if (ended.heard() != null || ended.entries() != null) {
      rest.put(session.id(), new Rest(ended.heard(), ended.entries()));
    }
    forget(nanos);
  }

  private int number(String listener) {
    int known = listeners.indexOf(listener);
    if (known >= 0) {
      return known;
    }
    listeners.add(listener);
    return listeners.size() - 1;
  }

  private Block emptyBlock() {
    Block empty = spare;
    spare = null;
    if (empty == null) {
      return new Block();
    }
    empty.clear();
    return empty;
  }

  /** Something happened to the entry of a session, if its story is here. */
  void add(long id, long nanos, Moment.OfEntry moment) {
    for (Block block : blocks) {
      int at = block.mayHave(id) ? find(block, id) : -1;
      if (at >= 0) {
        Rest kept = rest.get(id);
        if (kept == null) {
          kept = new Rest(null, null);
          rest.put(id, kept);
        }
        EntryMoments entries = kept.entries;
        if (entries == null) {
          entries = new EntryMoments();
          kept.entries = entries;
        }
        entries.add(PackedStory.micros(block.words, at, nanos), moment);
        return;
      }
    }
  }

  private static int find(Block block, long id) {
    for (int at = block.start; at < block.end; at += PackedStory.words(block.words, at)) {
      if (PackedStory.id(block.words, at) == id) {
        return at;
      }
    }
    return -1;
  }

  /** Adds the stories of a client's sessions. */
  void tell(InetSocketAddress client, long now, List<Story> stories) {
    forget(now);
    for (Block block : blocks) {
      for (int at = block.start; at < block.end; at += PackedStory.words(block.words, at)) {
        if (PackedStory.isClient(block.words, at, client)) {
          Rest kept = rest.get(PackedStory.id(block.words, at));
          stories.add(
              PackedStory.read(
                  block.words,
                  at,
                  now,
                  listeners.get(PackedStory.listener(block.words, at)),
                  kept == null ? null : kept.heard,
                  kept == null ? null : kept.entries));
        }
      }
    }
  }

  private void forget(long now) {
    for (Block oldest = blocks.peekFirst(); oldest != null; oldest = blocks.peekFirst()) {
      while (oldest.start < oldest.end && isOver(oldest, now)) {
        rest.remove(PackedStory.id(oldest.words, oldest.start));
        oldest.start += PackedStory.words(oldest.words, oldest.start);
        size--;
      }
      if (oldest.start < oldest.end) {
        return;
      }
      blocks.removeFirst();
      spare = oldest;
    }
  }

  private boolean isOver(Block block, long now) {
    return size > most || now - PackedStory.endedNanos(block.words, block.start) >= keptNanos;
  }
}
