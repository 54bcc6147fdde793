package io.finward.appliance.accesslog;

import java.util.Locale;

/** When a line is written. */
public enum LogMoment {
  /** An intercepted connection was accepted, or the head of a request was read. */
  OPEN,
  /** Again and again while it lasts. */
  INTERVAL,
  /** It is over. */
  END;

  /** As the configuration and {@code %{event}x} say it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
