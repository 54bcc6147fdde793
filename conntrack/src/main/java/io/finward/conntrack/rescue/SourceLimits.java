package io.finward.conntrack.rescue;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A token bucket for each source of late packets, so that a flood of INVALID packets costs bounded
 * work. Only strangers pay: the token of a packet whose flow is known is given back.
 */
final class SourceLimits {
  private static final int SOURCES = 16_384;

  private static final class Bucket {
    private double tokens;
    private long updated;

    Bucket(double tokens, long updated) {
      this.tokens = tokens;
      this.updated = updated;
    }
  }

  private final double rate;
  private final double burst;
  private final LongSupplier nanoTime;

  private final Map<InetAddress, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
          return size() > SOURCES;
        }
      };

  /**
   * @param rate packets of strangers a second, for each source
   * @param burst how many at once
   * @param nanoTime a clock
   */
  SourceLimits(double rate, double burst, LongSupplier nanoTime) {
    this.rate = rate;
    this.burst = burst;
    this.nanoTime = nanoTime;
  }

  /** Whether a packet of this source may be looked at; takes a token. */
  boolean admit(InetAddress source) {
    long now = nanoTime.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(source, _ -> new Bucket(burst, now));
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.updated) * rate / 1e9);
    bucket.updated = now;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens--;
    return true;
  }

  /** Gives a token back. */
  void refund(InetAddress source) {
    Bucket bucket = buckets.get(source);
    if (bucket != null) {
      bucket.tokens = Math.min(burst, bucket.tokens + 1);
    }
  }
}
