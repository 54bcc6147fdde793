package io.finward.appliance.wiring;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbered threads for a group of loops. The JDK's own factory of numbered threads links a
 * VarHandle with its first thread, which a start would wait ten milliseconds for.
 */
final class LoopThreads implements ThreadFactory {
  private final String prefix;
  private final AtomicInteger made = new AtomicInteger();

  /**
   * @param prefix before the number, which begins at 0
   */
  LoopThreads(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public Thread newThread(Runnable loop) {
    return Thread.ofPlatform().name(prefix + made.getAndIncrement()).unstarted(loop);
  }
}
