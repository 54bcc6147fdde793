package io.finward.proxy.access;

import io.finward.linux.socket.AddressWords;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A set of IPv4 and IPv6 networks; a lookup takes time logarithmic in their number. Immutable.
 *
 * <p>An address is looked up as 128 bits, IPv4 as {@code ::ffff:0:0/96}: Java knows no IPv4-mapped
 * IPv6 addresses, it makes IPv4 addresses of them.
 */
public final class Networks {
  /** Wider networks than these name nobody. 10.0.0.0/8 and fc00::/7 are the widest that do. */
  private static final int WIDEST_NAMED_IPV4 = 8;

  private static final int WIDEST_NAMED_IPV6 = 7;

  private final Ranges all;
  private final Ranges named;

  private Networks(Ranges all, Ranges named) {
    this.all = all;
    this.named = named;
  }

  /**
   * One network, or one address when {@code prefix} is as long as the address.
   *
   * @param prefix its length in bits; bits of the address past it do not matter
   */
  public record Network(InetAddress address, int prefix) {
    public Network {
      int bits = address.getAddress().length * 8;
      if (prefix < 0 || prefix > bits) {
        throw new IllegalArgumentException(
            "prefix /%d (expected: /0 to /%d)".formatted(prefix, bits));
      }
    }

    private boolean narrow() {
      return prefix >= (address instanceof Inet4Address ? WIDEST_NAMED_IPV4 : WIDEST_NAMED_IPV6);
    }

    private Range range() {
      int bits = address instanceof Inet4Address ? prefix + 96 : prefix;
      long highMask = bits == 0 ? 0 : -1L << (64 - Math.min(bits, 64));
      long lowMask = bits <= 64 ? 0 : -1L << (128 - bits);
      long high = AddressWords.high(address) & highMask;
      long low = AddressWords.low(address) & lowMask;
      return new Range(high, low, high | ~highMask, low | ~lowMask);
    }
  }

  /** The set of some networks; they may overlap. */
  public static Networks of(List<Network> networks) {
    return new Networks(
        Ranges.of(networks.stream().map(Network::range).toList()),
        Ranges.of(networks.stream().filter(Network::narrow).map(Network::range).toList()));
  }

  /** Whether one of them has an address. */
  public boolean contain(InetAddress address) {
    return all.contain(AddressWords.high(address), AddressWords.low(address));
  }

  /** Whether one of them, narrow enough that its addresses are meant, has an address. */
  boolean name(InetAddress address) {
    return named.contain(AddressWords.high(address), AddressWords.low(address));
  }

  private static int compare(long high, long low, long otherHigh, long otherLow) {
    int order = Long.compareUnsigned(high, otherHigh);
    return order == 0 ? Long.compareUnsigned(low, otherLow) : order;
  }

  /** From the first to the last address, both meant. */
  private record Range(long firstHigh, long firstLow, long lastHigh, long lastLow) {}

  /** Ranges that do not overlap, in order: four numbers each. */
  private record Ranges(List<Range> ordered) {
    static Ranges of(List<Range> ranges) {
      List<Range> sorted = new ArrayList<>(ranges);
      sorted.sort(
          Comparator.comparing((Range range) -> range, Ranges::byFirst)
              .thenComparing(range -> range, Ranges::widestFirst));
      // Networks are either apart or one within the other: the wider one comes first and is kept.
      List<Range> kept = new ArrayList<>();
      for (Range range : sorted) {
        if (kept.isEmpty() || !holds(kept.getLast(), range.firstHigh(), range.firstLow())) {
          kept.add(range);
        }
      }
      return new Ranges(Arrays.asList(kept.toArray(Range[]::new)));
    }

    boolean contain(long high, long low) {
      int from = 0;
      int to = ordered.size() - 1;
      while (from <= to) {
        int middle = (from + to) >>> 1;
        Range range = ordered.get(middle);
        if (compare(high, low, range.firstHigh(), range.firstLow()) < 0) {
          to = middle - 1;
        } else if (holds(range, high, low)) {
          return true;
        } else {
          from = middle + 1;
        }
      }
      return false;
    }

    private static boolean holds(Range range, long high, long low) {
      return compare(high, low, range.firstHigh(), range.firstLow()) >= 0
          && compare(high, low, range.lastHigh(), range.lastLow()) <= 0;
    }

    private static int byFirst(Range one, Range other) {
      return compare(one.firstHigh(), one.firstLow(), other.firstHigh(), other.firstLow());
    }

    private static int widestFirst(Range one, Range other) {
      return compare(other.lastHigh(), other.lastLow(), one.lastHigh(), one.lastLow());
    }
  }
}
