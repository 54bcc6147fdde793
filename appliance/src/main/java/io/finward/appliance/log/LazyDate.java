package io.finward.appliance.log;

import ch.qos.logback.classic.pattern.DateConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * The date of a line, whose zone and formats are loaded with the first line, on the thread that
 * writes lines: nobody's start waits for them.
 */
final class LazyDate extends DateConverter {
  private boolean ready;

  @Override
  public void start() {
    started = true;
  }

  @Override
  public String convert(ILoggingEvent event) {
    if (!ready) {
      ready = true;
      super.start();
    }
    return super.convert(event);
  }
}
