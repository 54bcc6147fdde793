package io.finward.proxy.access;

/** What is known of the name in an {@link AccessRequest}, and of the URL that has it. */
public enum Naming {
  /**
   * As much as there is to know: the client named the host to us, or the name was verified, or
   * there is none.
   */
  KNOWN,
  /** The client has not said anything yet; nobody has looked. */
  UNSEEN,
  /** The client claims it, and whether it belongs to the address has not been asked yet. */
  CLAIMED,
  /** The client claims it, and nobody says that it belongs to the address. */
  UNVERIFIED
}
