package io.finward.proxy.access;

/** Whether a condition holds, as far as the request is known. */
public enum Truth {
  /** It holds, whatever else becomes known. */
  YES,
  /** It does not hold, whatever else becomes known. */
  NO,
  /** It depends on the destination's address, which is not known yet. */
  NEEDS_ADDRESS,
  /** It depends on what the client says first, or on whether that is true. */
  NEEDS_NAME,
  /** It depends on the user, who is not known yet. */
  NEEDS_USER;

  static Truth of(boolean holds) {
    return holds ? YES : NO;
  }

  /** Whether both hold; what is missing is asked for in the order of the constants. */
  Truth and(Truth other) {
    return this == NO || other == NO ? NO : this == YES ? other : sooner(other, YES);
  }

  /** Whether one of them holds. */
  Truth or(Truth other) {
    return this == YES || other == YES ? YES : this == NO ? other : sooner(other, NO);
  }

  private Truth sooner(Truth other, Truth settled) {
    return other == settled || compareTo(other) < 0 ? this : other;
  }
}
