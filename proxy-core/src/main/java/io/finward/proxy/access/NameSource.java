package io.finward.proxy.access;

/**
 * Where a rule finds its names: a {@link NameSet} for good, or a file's newest one. Asked on every
 * event loop at once; must not block.
 */
@FunctionalInterface
public interface NameSource {
  /** The names now. */
  NameSet names();
}
