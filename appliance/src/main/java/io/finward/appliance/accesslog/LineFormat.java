package io.finward.appliance.accesslog;

/** How a line looks. Immutable: event loops share it. */
public sealed interface LineFormat permits LogFormat, JsonFormat {
  /** Appends the line without its end. */
  void write(LogEvent event, LineBuffer out);

  /** The line, end included, by which the log tells how many of its lines were lost. */
  byte[] lost(long lines);
}
