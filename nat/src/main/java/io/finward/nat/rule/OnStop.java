package io.finward.nat.rule;

/** What becomes of the rules when the daemon stops in order. */
public enum OnStop {
  /** They stay: clients are refused while the daemon is down, nothing leaks. */
  KEEP,
  /** They go, after every session has been reset and its last late packet was possible. */
  REMOVE
}
