package io.finward.proxy.listen;

/** When an intercepting listener looks at what its clients say first. */
public enum Looking {
  /** When a rule cannot be judged without. */
  NEEDED,
  /** Always, so that logs have the name. */
  SEEN,
  /** Always, and the name is verified. */
  VERIFIED
}
