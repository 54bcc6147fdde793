package io.finward.appliance.config;

/** TCP ports from {@code first} to {@code last}, both within 1 to 65535 and both meant. */
public record PortRange(int first, int last) {
  /** Every TCP port. */
  public static final PortRange ALL = new PortRange(1, 65535);

  public PortRange {
    if (first < 1 || last > 65535 || first > last) {
      throw new IllegalArgumentException(
          "ports %d-%d (expected: 1 to 65535, the lower first)".formatted(first, last));
    }
  }

  /** Whether it is every TCP port. */
  public boolean every() {
    return first == ALL.first && last == ALL.last;
  }

  /** Whether some port is in both. */
  public boolean overlaps(PortRange other) {
    return first <= other.last && other.first <= last;
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
