package io.finward.conntrack.rescue;

/** Why a late packet had no entry. */
public enum Reason {
  /** Its time was over, or the kernel did not tell. */
  EXPIRED,
  /** The table was nearly full, and the entry in a state that the kernel gives up then. */
  EARLY_DROPPED,
  /** Somebody deleted it. */
  FLUSHED,
  /** Nobody here knows the flow. */
  STRANGER;

  /** As metrics say it. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
