package io.finward.conntrack.rescue;

/** What became of a late packet. */
public enum RescueOutcome {
  /** There is an entry again: what the sender sends next is translated. */
  TRANSLATED,
  /** Its connection was ended, or its sender is told so. */
  RESET,
  /** It went no further, and nothing else could be done. */
  STOPPED;

  /** As metrics say it. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
