package io.finward.proxy.session;

import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What one loop keeps by session id. Ids are consecutive, and Netty's open-addressing map would lay
 * them in one unbroken run, which a removal has to walk ({@code LongObjectHashMap.removeAt}); here
 * they are scattered first. Belongs to one event loop.
 *
 * @param <V> what is kept
 */
public final class SessionMap<V> {
  /** Odd, so that no two ids become one key; the golden ratio scatters neighbours far. */
  private static final long SCATTER = 0x9e3779b97f4a7c15L;

  private final LongObjectMap<V> map = new LongObjectHashMap<>();

  /** What is kept for the id; null when nothing is. */
  public @Nullable V get(long id) {
    return map.get(id * SCATTER);
  }

  /** Keeps a value for the id. */
  public void put(long id, V value) {
    map.put(id * SCATTER, value);
  }

  /** Forgets the id; returns what was kept for it, or null. */
  public @Nullable V remove(long id) {
    return map.remove(id * SCATTER);
  }

  /** Everything that is kept, in no order. */
  public Collection<V> values() {
    return map.values();
  }

  /** How many ids there are. */
  public int size() {
    return map.size();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return map.isEmpty();
  }
}
