package io.finward.appliance.accesslog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What writes lines. Belongs to one writer's thread, and may block it. */
interface Sink extends AutoCloseable {
  /**
   * What became of lines.
   *
   * @param lines how many of them, the first ones, were written
   * @param problem why not all; null when all were
   */
  record Written(int lines, @Nullable String problem) {}

  /** Writes lines, each with its end. */
  Written write(List<byte[]> lines);

  /** The file has been renamed: begins one of the old name. */
  void reopen();

  @Override
  void close();
}
