package io.finward.proxy.access;

/** Whether a condition holds, as far as the request is known. */
public enum Truth {
  /** It holds, whatever else becomes known. */
  YES,
  /** It does not hold, whatever else becomes known. */
  NO,
  /** It depends on the destination's address, which is not known yet. */
  NEEDS_ADDRESS,
  /** It depends on the user, who is not known yet. */
  NEEDS_USER;

  static Truth of(boolean holds) {
    return holds ? YES : NO;
  }
}
