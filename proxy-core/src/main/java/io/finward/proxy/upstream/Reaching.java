package io.finward.proxy.upstream;

/** An attempt to reach a destination. Belongs to the loop. */
@FunctionalInterface
public interface Reaching {
  /** Gives up; nothing is told any more. */
  void cancel();
}
