package io.finward.proxy.access;

/**
 * Decides who may go where. Immutable, asked on every event loop at once, never blocks; a reload
 * replaces it.
 */
@FunctionalInterface
public interface AccessPolicy {
  /** Everybody may go everywhere. */
  AccessPolicy OPEN = _ -> new Verdict.Allow();

  /** The verdict on a request as far as it is known. */
  Verdict decide(AccessRequest request);
}
